"""What the shipped processes leave in the facts: a document that was only forwarded is told from one carried out."""

from __future__ import annotations

import pytest
import yaml

from tests.layout import ROOT
from zhibu_engine.cases import cases_read, cases_run
from zhibu_engine.packs import pack_read
from zhibu_engine.packs.find import pack_at

PACKS = ROOT / "packs"
STANDARD = """
key: documents
title: 文件落实
subject: {kind: matter, procedures: [document_carrying]}
groups: [{key: all, title: 全部}]
clauses:
  - key: studied
    title: 开会研究过
    points: 5
    rule: {kind: row_count, relation: matter_step, kinds: [document_carrying], where: {step: study}, at_least: 1}
    basis: 本地规定
  - key: relayed
    title: 转发过
    class: statistic
    rule: {kind: row_count, relation: matter_step, kinds: [document_carrying], where: {step: relay}, at_least: 1}
    basis: 本地规定
"""
DONE = {
    "only forwarded": ["receive", "relay"],
    "carried out": ["receive", "relay", "study", "plan", "assign", "report", "close"],
    "not even forwarded": ["receive"],
}


@pytest.mark.parametrize(
    ("way", "verdict", "relayed"),
    [("only forwarded", "unmet", 1), ("carried out", "met", 1), ("not even forwarded", "unmet", 0)],
)
def test_a_document_that_was_only_forwarded_is_found_in_the_facts(tmp_path, way, verdict, relayed):
    """Forwarded only: the step 转发 is there and 研究 is not."""
    step = {"matter_id": 1, "kind": "document_carrying", "conforms": True}
    facts = {
        "matter": [{**step, "state": "running", "day": "2025-03-03", "title": "某文件"}],
        "matter_step": [{**step, "step": key, "day": "2025-03-05"} for key in DONE[way]],
    }
    del facts["matter"][0]["conforms"]
    case = {"standard": "documents", "as_of": "2025-12-31", "subject": 1, "facts": facts}
    cases = [
        {
            **case,
            "clause": "studied",
            "expect": {"verdict": verdict, "measured": int(verdict == "met")},
        },
        {**case, "clause": "relayed", "expect": {"measured": relayed}},
    ]
    folder = tmp_path / "county"
    for part in ("standards", "cases"):
        (folder / part).mkdir(parents=True)
    header = "key: county\nversion: '1'\ntitle: 县\ndepends: [national]\n"
    (folder / "pack.yaml").write_text(header, "utf-8")
    (folder / "standards" / "documents.yaml").write_text(STANDARD, "utf-8")
    (folder / "cases" / "c.yaml").write_text(yaml.safe_dump({"cases": cases}), "utf-8")

    _, words = pack_at(folder)

    assert list(cases_run(cases_read(folder), words)) == []


NATIONAL = pack_read(PACKS / "national").procedures
COUNTY = pack_read(PACKS / "county-rural").procedures


def test_what_the_sources_leave_open_has_no_value():
    """Only the last day that a county's own paper names is written down."""
    processes = {
        *("rectification", "rectification_party", "self_check", "project", "document_carrying", "service_agency"),
        *("dispute", "pledge", "demonstration", "premises", "six_steps", "four_two"),
    }  # fmt: skip
    given = {
        (key, one.key): one.value
        for procedures in (NATIONAL, COUNTY)
        for key, procedure in procedures.items()
        if key in processes
        for one in procedure.settings
        if one.value is not None
    }

    assert given == {
        ("rectification", "deadline"): "11-30",
        ("rectification_party", "deadline"): "11-30",
    }


@pytest.mark.parametrize("key", sorted(NATIONAL))
def test_a_national_process_says_on_what_it_rests_and_every_step_what_to_do(key):
    procedure = NATIONAL[key]

    assert procedure.description.endswith("。")
    assert procedure.basis or key == "task"
    for step in procedure.steps:
        assert step.says.endswith("。"), step.key


@pytest.mark.parametrize(
    ("key", "closing", "doing"),
    [
        ("rectification_party", "verify", {"rectify", "request"}),
        ("self_check", "sample", {"check", "mend"}),
        ("project", "close", {"apply", "progress", "finish"}),
        ("demonstration", "accept", {"find", "cultivate"}),
    ],
)
def test_who_closes_is_from_above_and_has_not_done_the_work(key, closing, doing):
    step = NATIONAL[key].step(closing)

    assert step.by == "upper"
    assert set(step.not_by) == doing
