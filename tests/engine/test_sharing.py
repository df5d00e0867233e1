"""One record, several standards: which clauses look at the same records."""

from __future__ import annotations

from pathlib import Path

from zhibu_engine.packs import pack_read, packs_merge
from zhibu_engine.sharing import clauses_shared

ROOT = Path(__file__).resolve().parents[2]


def test_clauses_of_two_standards_meet_in_the_kinds_they_count():
    words = packs_merge([pack_read(ROOT / "packs" / key) for key in ("national", "city-organs")])
    liuhua, regulation = words.standards["liuhua"], words.standards["branch-regulation"]
    found = clauses_shared(liuhua, words, [(regulation, words)])

    def kinds(standard, key):
        return set(getattr(standard.clause(key).rule, "segments", ()))

    met = {
        (ours, theirs)
        for ours, pairs in found.items()
        for _standard, theirs in pairs
        if kinds(liuhua, ours) and kinds(regulation, theirs)
    }
    assert met and all(kinds(liuhua, a) & kinds(regulation, b) for a, b in met)
    apart = [
        (a.key, b.key)
        for a in liuhua.clauses
        for b in regulation.clauses
        if kinds(liuhua, a.key) and kinds(regulation, b.key)
        and not kinds(liuhua, a.key) & kinds(regulation, b.key)
    ]  # fmt: skip
    assert apart and not met & set(apart)


def test_what_people_score_or_waits_for_records_is_shared_with_nothing():
    words = packs_merge([pack_read(ROOT / "packs" / key) for key in ("national", "city-organs")])
    liuhua = words.standards["liuhua"]
    found = clauses_shared(liuhua, words, [(words.standards["branch-regulation"], words)])
    assert not [key for key in found if liuhua.clause(key).method != "record"]
