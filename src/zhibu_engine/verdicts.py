"""The six verdicts, the reasons a clause was not judged, and their Chinese names."""

from __future__ import annotations

from enum import IntEnum


class Verdict(IntEnum):
    """What a clause came to for a unit. Only the first three are judged."""

    MET = 0
    PARTIAL = 1
    UNMET = 2
    NOT_APPLICABLE = 3
    NOT_ASSESSED = 4
    NOT_DUE = 5

    @property
    def word(self) -> str:
        """The name in files, cases and the database."""
        return self.name.lower()

    @property
    def zh(self) -> str:
        return ("满足", "部分满足", "不满足", "不适用", "未评", "未到期")[self]


VERDICTS: tuple[str, ...] = tuple(verdict.word for verdict in Verdict)
VERDICT_ZH: dict[str, str] = {verdict.word: verdict.zh for verdict in Verdict}


class Code(IntEnum):
    """Why a finding is as it is, beyond its numbers."""

    NONE = 0
    OUTSIDE = 1
    EXEMPT = 2
    MANUAL = 3
    LATER = 4
    NO_ROWS = 5
    STATISTIC = 6
    NO_PERIOD = 7
    SCORED_BY_HAND = 8
    NOT_IN_EXISTENCE = 9

    @property
    def zh(self) -> str:
        return (
            "",
            "本条不适用于该组织的类别、领域或规模",
            "已批准豁免",
            "待人工评分",
            "所需记录尚未纳入系统",
            "系统内未见可供计算的记录",
            "只统计，不下结论",
            "尚无到期的期间",
            "人工评分",
            "评判日该组织不在册",
        )[self]


CODES: tuple[str, ...] = tuple(code.name.lower() for code in Code)
CODE_ZH: dict[str, str] = {code.name.lower(): code.zh for code in Code}
