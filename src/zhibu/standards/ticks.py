"""What has to be done when a day begins, though nobody types: periods end and terms run out."""

from __future__ import annotations

from datetime import date

from zhibu.standards.services import above_judge, changes_drain, stale_judge


def tick(day: date) -> dict[str, int]:
    """Judge what could not be judged before, and what was last judged on an earlier day."""
    return {
        "drained": changes_drain(day=day),
        "rejudged": stale_judge(day=day),
        "above": above_judge(day=day),
    }


def judge_stale(day: date) -> int:
    """How many units were judged anew because their score was of an earlier day."""
    return stale_judge(day=day)
