"""Whatever makes no sense in a procedure is refused by file and line, with the words that exist; and overlays."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhibu_engine.packs import PackError
from zhibu_engine.packs.find import pack_at

HEADER = "key: county\nversion: '1'\ntitle: 县\ndepends: [national]\n"
GOOD = """\
key: way
title: 办法
scope: {kinds: [branch], sectors: [village]}
form:
  - {key: kind, title: 类别, type: code, codes: village_matter_kind}
  - {key: from_day, title: 日期, type: day}
  - {key: units, title: 组织, type: units}
settings:
  - {key: days, title: 天数, type: days, value: 5}
  - {key: light, title: 简易, type: flag}
  - {key: last_day, title: 每年最后一天, type: day, value: "11-30"}
resolves: decide
reopening: {to: ask}
due: [{since: opened, max: days}]
steps:
  - key: ask
    title: 申请
    fields:
      - {key: problem, title: 问题, type: lines, required: true}
      - {key: asked, title: 人数, type: int, at_least: days}
      - {key: part, title: 其中, type: int, within: asked}
  - key: decide
    title: 决定
    evidence: segment
    kinds: [branch_assembly]
    presiding:
      posts: [secretary]
      substitutes: [{posts: [deputy_secretary], absent: [secretary], setting: light}]
      never: [township_cadre]
    parties: [{key: village, title: 村干部, posts: [village_cadre]}]
    vote: {of: entitled, more_than: "1/2"}
    decisions:
      - {key: carried, title: 同意}
      - {key: rejected, title: 不同意, then: back, to: ask}
    intervals: [{since: ask, max: days}]
  - key: tell
    title: 公开
    evidence: publication
    kinds: [notice]
    shown: days
    unless: {setting: light, field: kind, any_of: [customs]}
  - key: carry
    title: 落实
    not_by: [ask]
    spawns: {procedure: task, field: units}
    papers: [{key: proof, title: 凭据}]
    fields: [{key: cause, title: 原因, differs_from: ask.problem}]
"""


def _pack(folder: Path, text: str, key: str = "county") -> Path:
    target = folder / key
    (target / "procedures").mkdir(parents=True)
    (target / "pack.yaml").write_text(HEADER.replace("county", key), encoding="utf-8")
    (target / "procedures" / "way.yaml").write_text(text, encoding="utf-8")
    return target


def test_the_procedure_that_the_mistakes_are_made_in_has_none(tmp_path):
    _, words = pack_at(_pack(tmp_path, GOOD))

    assert words.codes["procedure"]["way"] == "办法"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        # words that do not exist
        ("kinds: [branch]", "kinds: [brunch]", ["brunch", "branch"]),
        ("codes: village_matter_kind", "codes: matter_kinds", ["不认识的代码表“matter_kinds”"]),
        ("resolves: decide", "resolves: decided", ["不认识的步骤“decided”", "decide"]),
        ("reopening: {to: ask}", "reopening: {to: asked}", ["不认识的步骤“asked”"]),
        ("reopening: {to: ask}", "reopening: {to: ask, within: month}", ["不认识的设置项“month”"]),
        ("kinds: [branch_assembly]", "kinds: [assembly]", ["不认识的类别“assembly”"]),
        ("kinds: [notice]", "kinds: [noticed]", ["不认识的类别“noticed”", "notice"]),
        ("posts: [secretary]\n", "posts: [secretry]\n", ["不认识的职务“secretry”"]),
        ("never: [township_cadre]", "never: [cadres]", ["不认识的职务“cadres”"]),
        ("absent: [secretary]", "absent: [secretry]", ["不认识的职务“secretry”"]),
        ("posts: [village_cadre]", "posts: [cadres]", ["不认识的职务“cadres”"]),
        ("shown: days", "shown: many_days", ["不认识的设置项“many_days”", "days"]),
        ("at_least: days", "at_least: many", ["不认识的设置项“many”"]),
        ("max: days}]\nsteps", "max: many}]\nsteps", ["不认识的设置项“many”"]),
        ("since: ask, max", "since: asked, max", ["不知道从哪一天算起：“asked”", "opened"]),
        ("since: ask, max", "since: parent.told, max", ["上级程序中没有“told”"]),
        ("since: ask, max", "since: form.kind, max", ["不知道从哪一天算起"]),
        ("within: asked", "within: ask", ["不认识的数字栏“ask”", "asked"]),
        ("field: kind, any_of: [customs]", "field: kinds, any_of: [customs]", ["没有“kinds”这一栏"]),
        ("any_of: [customs]", "any_of: [custom]", ["不认识的代码“custom”"]),
        ("not_by: [ask]", "not_by: [asks]", ["不认识的步骤“asks”"]),
        ("procedure: task", "procedure: tasks", ["不认识的程序“tasks”", "task"]),
        ("then: back, to: ask", "then: back, to: asks", ["不认识的步骤“asks”"]),
        ("differs_from: ask.problem", "differs_from: ask.problems", ["没有“ask.problems”这一栏"]),
        ("key: proof, title: 凭据", "kay: proof, title: 凭据", ["不认识的词“kay”", "required"]),
        ("evidence: segment", "evidence: sitting", ["“evidence”不认识“sitting”", "segment"]),
        # ways that lead nowhere
        ("not_by: [ask]", "not_by: [carry]", ["永远办不到"]),
        ("not_by: [ask]", "after: [carry]", ["要等它自己，永远办不到"]),
        ("then: back, to: ask", "then: back, to: carry", ["只能退回到前面的步骤", "落实"]),
        ("then: back, to: ask", "then: done", ["没有通过（rejected）不能接着办", "back"]),
        ("then: back, to: ask", "then: back", ["then: back 要写 to"]),
        ("procedure: task", "procedure: way", ["又分出它自己，没有尽头"]),
        ("field: units}", "field: kind}", ["要写一栏类型为 unit、units 的"]),
        ("field: units}", "per: persons, field: units}", ["要写一栏类型为 person、persons 的"]),
        # values of the wrong kind
        ("type: days, value: 5", "type: days, value: yes", ["“天数”要写成不小于 0 的整数"]),
        ("type: days, value: 5", "type: days, value: -1", ["“天数”要写成不小于 0 的整数"]),
        ("type: flag}", "type: flag, value: 3}", ["“简易”要写成true 或者 false"]),
        ('value: "11-30"', 'value: "13-40"', ["“每年最后一天”要写成“11-30”这样的月日"]),
        ("shown: days", "shown: light", ["设置项“light”用在这里", "现为 flag"]),
        ("setting: light}]", "setting: days}]", ["设置项“days”用在这里", "flag"]),
        ("{since: ask, max: days}", '{since: ask, by: "31-11"}', ["by 要写成“11-30”这样的月日", "last_day"]),
        # twice, or where it does not belong
        ("  - key: tell\n", "  - key: ask\n", ["“ask”写了两次"]),
        ("key: part, title: 其中", "key: asked, title: 其中", ["“asked”写了两次"]),
        ("evidence: publication", "evidence: act", ["登记（evidence: act）的步骤不写 kinds"]),
        ("    shown: days\n", "    recording: {posts: [village_clerk]}\n", ["以publication为凭的步骤不写 recording"]),
        ("papers: [{key: proof, title: 凭据}]", "shown: 5", ["公开（evidence: publication）的步骤才写 shown"]),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_file_and_line(tmp_path, old, new, says):
    assert GOOD.count(old) == 1, old
    text = GOOD.replace(old, new)
    line = 1 + GOOD[: GOOD.index(old)].count("\n")
    lines = range(line, line + 2)

    with pytest.raises(PackError) as refused:
        pack_at(_pack(tmp_path, text))

    said = str(refused.value)
    for words in says:
        assert words in said
    assert any(f"way.yaml:{place}：" in said for place in lines) or "写了两次" in said


def test_two_procedures_that_spawn_each_other_are_refused(tmp_path):
    folder = _pack(tmp_path, GOOD.replace("procedure: task", "procedure: other"))
    other = GOOD.replace("key: way", "key: other").replace("procedure: task", "procedure: way")
    (folder / "procedures" / "other.yaml").write_text(other, encoding="utf-8")

    with pytest.raises(PackError, match="没有尽头"):
        pack_at(folder)


def test_a_county_gives_the_values_of_a_procedure_in_a_few_lines(tmp_path):
    _pack(tmp_path, GOOD)
    upper = _pack(
        tmp_path,
        "key: way\nextends: true\nlabel: 本县\nsettings:\n  - {key: days, value: 15}\n  - {key: light, value: true}\n",
        "town",
    )
    (upper / "pack.yaml").write_text(
        HEADER.replace("county", "town").replace("[national]", "[national, county]"), "utf-8"
    )

    _, words = pack_at(upper)

    procedure = words.procedures["way"]
    assert {one.key: one.value for one in procedure.settings} == {
        "days": 15, "light": True, "last_day": "11-30",
    }  # fmt: skip
    assert (procedure.setting("days").title, procedure.label) == ("天数", "本县")
    assert procedure.number("days") == 15 and procedure.turned_on("light")
    assert [step.key for step in procedure.steps] == ["ask", "decide", "tell", "carry"]


@pytest.mark.parametrize(
    ("overlay", "says"),
    [
        ("settings:\n  - {key: days, value: many}\n", ["way.yaml:4：", "不小于 0 的整数"]),
        ("settings:\n  - {key: weeks, value: 3}\n", ["way.yaml", "设置项“weeks”缺少“title”"]),
        ("steps:\n  - {key: tell, title: 公开, evidence: publication, shown: weeks}\n", ["way.yaml:4：", "weeks"]),
        ("steps:\n  - {key: more, title: 再做, after: [nothing]}\n", ["way.yaml:4：", "nothing"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_overlay_is_named_where_the_overlay_wrote_it(tmp_path, overlay, says):
    _pack(tmp_path, GOOD)
    upper = _pack(tmp_path, f"key: way\nextends: true\n{overlay}", "town")
    (upper / "pack.yaml").write_text(
        HEADER.replace("county", "town").replace("[national]", "[national, county]"), "utf-8"
    )

    with pytest.raises(PackError) as refused:
        pack_at(upper)

    for words in says:
        assert words in str(refused.value)
    assert "town/procedures" in str(refused.value)


def test_an_overlay_of_what_nobody_wrote_is_refused(tmp_path):
    with pytest.raises(PackError, match="前面的制度包中没有程序“nothing”"):
        pack_at(_pack(tmp_path, "key: nothing\nextends: true\n"))


def test_a_bare_on_leads_on(tmp_path):
    text = GOOD.replace("{key: carried, title: 同意}", "{key: carried, title: 同意, then: on}")

    _, words = pack_at(_pack(tmp_path, text))

    assert words.procedures["way"].step("decide").decision("carried").then == "on"
