"""Loading packs: what is refused, where, and with which words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.engine.conftest import HERE
from zhibu_engine.cases import cases_read, cases_run
from zhibu_engine.cli import packs_find
from zhibu_engine.compile import Compiled, standard_compile
from zhibu_engine.kinds import kinds
from zhibu_engine.packs import Pack, PackError, pack_load, packs_merge
from zhibu_engine.packs.find import pack_at
from zhibu_engine.packs.schema import rule_parse

PACKS = HERE.parents[1] / "packs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HERE / "every-kind", tmp_path / "every-kind"))


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_pack_comes_back_the_same_from_its_dump(folder):
    pack = pack_load(folder)

    again = Pack.from_dump(json.loads(json.dumps(pack.dump())))

    assert again == pack
    assert again.digest == pack.digest
    assert (pack.key, pack.version, pack.title) == ("every-kind", "1", "规则类别示例")


def test_the_digest_follows_the_data_not_the_layout(folder):
    before = pack_load(folder).digest
    kinds_file = folder / "kinds" / "kinds.yaml"
    kinds_file.write_text("# 一行说明\n" + kinds_file.read_text("utf-8"), encoding="utf-8")
    assert pack_load(folder).digest == before

    _change(kinds_file, "党员大会", "支部党员大会")
    assert pack_load(folder).digest != before


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("segments: [assembly], per: quarter}", "segments: [asembly], per: quarter}",
                     ["every.yaml:9", "不认识的会议类别“asembly”", "assembly（党员大会）、committee（支部委员会）"], id="segment kind"),
        pytest.param("kind: term_current", "kind: term_curent", ["不认识的规则类别“term_curent”", "term_current"],
                     id="rule kind"),
        pytest.param("warn_days: 90", "warn: 90", ["不认识的词“warn”", "warn_days"], id="word of a rule"),
        pytest.param("per: half, where: {secretary_present: true", "per: half, where: {secretary: true",
                     ["没有可用的列“secretary”", "secretary_present"], id="column"),
        pytest.param("form: [visit, service]", "form: [visit, servis]", ["“servis”", "visit"], id="code"),
        pytest.param("per: month}", "per: week}", ["“per”不认识“week”", "month"], id="period"),
        pytest.param('form: "sitting:assembly"', 'form: "sitting:meeting"', ["“meeting”", "assembly"], id="form"),
        pytest.param("roles: [presider, lecturer]", "roles: [chair]", ["不认识的角色“chair”", "presider"], id="role"),
        pytest.param("at_most: 4", "at_most: 4, flag: 2", ["只写一种", "per_missing"], id="loss"),
        pytest.param("points: 6", "points: 6.005", ["最多两位小数"], id="points"),
        pytest.param("points: 6", "pionts: 6", ["不认识的词“pionts”", "points"], id="word of a clause"),
        pytest.param('at_least: "2/3", when', 'at_least: "3/2", when', ["0 到 1 之间"], id="share"),
        pytest.param("key: monthly", "key: quarterly", ["“quarterly”在 clauses 中写了两次"], id="repeated clause"),
        pytest.param("groups:\n", "total_points: 100\ngroups:\n", ["every.yaml:5", "总分应为 100 分"], id="total"),
    ],
)  # fmt: skip
def test_a_word_that_means_nothing_is_refused_with_the_words_that_exist(folder, old, new, says):
    _change(folder / "standards" / "every.yaml", old, new)

    with pytest.raises(PackError) as refused:
        pack_load(folder)

    assert "every-kind/standards/every.yaml:" in str(refused.value)
    for words in says:
        assert words in str(refused.value)


def test_a_kind_with_an_unknown_post_is_refused(folder):
    _change(folder / "kinds" / "kinds.yaml", "presiders: [secretary]", "presiders: [chairman]")

    with pytest.raises(
        PackError, match=r"kinds.yaml:4：不认识的代码“chairman”；可用的有：secretary"
    ):
        pack_load(folder)


def test_broken_yaml_a_repeated_key_and_a_missing_header_say_where(folder):
    kinds_file = folder / "kinds" / "kinds.yaml"
    good = kinds_file.read_text("utf-8")
    kinds_file.write_text(good + "assembly: {title: 又一个}\n", encoding="utf-8")
    with pytest.raises(PackError, match="“assembly”写了两次"):
        pack_load(folder)
    kinds_file.write_text("assembly: {title: [\n", encoding="utf-8")
    with pytest.raises(PackError, match=r"kinds.yaml:\d+：YAML 写法有误"):
        pack_load(folder)
    (folder / "pack.yaml").unlink()
    with pytest.raises(PackError, match=r"没有 pack.yaml"):
        pack_load(folder)


def test_a_pack_without_the_pack_it_depends_on_is_refused(folder):
    _change(folder / "pack.yaml", "publisher", "depends: [national]\npublisher")

    with pytest.raises(PackError, match="依赖“national”"):
        packs_merge([pack_load(folder)])


def test_a_later_pack_overrides_by_key_and_keeps_the_rest(folder, tmp_path):
    local = tmp_path / "local"
    (local / "kinds").mkdir(parents=True)
    (local / "pack.yaml").write_text(
        "{key: local, version: '1', title: 本地, depends: [every-kind]}", "utf-8"
    )
    (local / "kinds" / "k.yaml").write_text(
        "lecture: {title: 大党课}\nextra: {title: 夜校}\n", "utf-8"
    )

    words = packs_merge([pack_load(folder), pack_load(local)])

    assert words.segment_kinds["lecture"].title == "大党课"
    assert words.segment_kinds["lecture"].lecturers == ()
    assert set(words.codes["segment_kind"]) == {
        "assembly",
        "committee",
        "study",
        "lecture",
        "extra",
    }


def test_criteria_without_an_item_and_items_that_do_not_add_up_are_refused(folder):
    _change(
        folder / "standards" / "every.yaml",
        "clauses:\n",
        "criteria: [{key: c, title: 一条}]\nitems: [{key: i, title: 一项, points: 3}]\nclauses:\n",
    )

    with pytest.raises(PackError) as refused:
        pack_load(folder)

    assert "“一条”没有被任何分项" in str(refused.value)
    assert "“一项”共 3 分，其条款合计 0 分" in str(refused.value)


@pytest.mark.parametrize("key", [path.parent.name for path in sorted(PACKS.glob("*/pack.yaml"))])
def test_the_worked_cases_of_a_shipped_pack_come_out(key):
    _, words = packs_find(key, PACKS)

    assert list(cases_run(cases_read(PACKS / key), words)) == []


def test_the_worked_cases_of_the_rule_kinds_come_out(words):
    assert list(cases_run(cases_read(HERE / "every-kind"), words)) == []


def test_every_rule_kind_has_cases_and_shows_met_and_unmet():
    for name, cls in kinds().items():
        assert (HERE / "every-kind" / "cases" / f"{name}.yaml").is_file(), name
        assert "Met:" in (cls.__doc__ or ""), name
        assert "Unmet:" in (cls.__doc__ or ""), name


def test_a_wrong_case_is_named_with_its_place(words, folder):
    _change(folder / "cases" / "manual.yaml", "code: manual", "code: later")

    [sentence] = cases_run(cases_read(folder), words)

    assert "manual.yaml:9" in sentence
    assert "code 应为 later，实为 manual" in sentence


@pytest.mark.parametrize("kind", ["entry_number", "highest_level"])
def test_a_rule_without_its_register_is_refused(kind):
    words = {"kind": kind, "field": "area", "levels": {"county": 2}, "at_least": 1}
    asked = [word for word in words if word == "kind" or word in kinds()[kind].__dataclass_fields__]

    with pytest.raises(ValueError, match="register"):
        rule_parse({word: words[word] for word in asked})


@pytest.mark.parametrize(
    "folder",
    [HERE / "every-kind", PACKS / "national", PACKS / "city-organs", PACKS / "county-rural"],
    ids=lambda folder: folder.name,
)
def test_a_stored_standard_is_as_good_when_its_keys_come_back_in_another_order(folder):
    """PostgreSQL keeps mappings by length of key; what was compiled must still fit, or every process compiles anew."""
    _, found = pack_at(folder)
    for key in found.standards:
        Compiled.load(_reordered(standard_compile(found, key).dump()))


def _reordered(value):
    if isinstance(value, dict):
        return {key: _reordered(value[key]) for key in sorted(value, key=lambda k: (len(k), k))}
    return [_reordered(one) for one in value] if isinstance(value, list) else value
