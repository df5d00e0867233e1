"""The words of the packs as this app reads them: segment kinds and code lists."""

from __future__ import annotations

from typing import Any

from zhibu_engine.votes import ORDINARY, VoteRule

#: Posts that make a person the branch's secretary, for 书记到会.
SECRETARIES = frozenset({"secretary", "general_branch_secretary", "party_committee_secretary"})
#: Posts that make the branch committee, elected with it: who is due at its meetings. Who may preside
#: over them is another list: a 第一书记 sent to a village presides and has no seat. Here, since the
#: packs' kinds have no word for it yet.
COMMITTEE = frozenset(
    {
        "secretary",
        "deputy_secretary",
        "org_member",
        "publicity_member",
        "discipline_member",
        "committee_member",
    }
)


def kind_find(words: Any, code: str) -> Any | None:
    return words.segment_kinds.get(code)


def kind_title(words: Any, code: str) -> str:
    """A kind the packs no longer know shows its code, never nothing."""
    kind = kind_find(words, code)
    return kind.title if kind else code


def kinds_offered(words: Any) -> list[tuple[str, str]]:
    """Kinds for a list of choices, the branch's own before those around it."""
    kinds = words.segment_kinds.items()
    return [
        (code, kind.title) for code, kind in sorted(kinds, key=lambda pair: takes_numbers(pair[1]))
    ]


def codes_of(words: Any, name: str) -> dict[str, str]:
    codes = words.codes.get(name, {})
    return dict(getattr(codes, "codes", codes))


def code_title(words: Any, name: str, code: str) -> str:
    return codes_of(words, name).get(code, code)


def accepted_presiders(kind: Any) -> tuple[str, ...]:
    return (*kind.presiders, *kind.substitutes)


def takes_numbers(kind: Any) -> bool:
    """People are due who need not be in the system: how many is written as numbers."""
    return kind.due in {"listed", "counted"}


def takes_lecturer(kind: Any) -> bool:
    return bool(kind.lecturers) or "lecturer" in kind.required


def vote_rule(kind: Any | None, asked: Any | None = None) -> VoteRule:
    """How its resolutions are carried: as the step asks that the item does, else as the kind says, else the ordinary
    rule. Who must come to a step is part of the sentence too."""
    if asked is not None and asked.vote is not None:
        rule: VoteRule = asked.vote
        return rule.model_copy(update={"turnout": rule.turnout or asked.turnout})
    return (kind.vote if kind else None) or ORDINARY
