"""The acts of this app."""

from zhibu.standards.services.backtests import (
    backtest_begin,
    backtest_publish,
    backtest_work,
    backtests_recover,
)
from zhibu.standards.services.exemptions import exemption_end, exemption_grant
from zhibu.standards.services.hand import hand_score_give, hand_score_withdraw
from zhibu.standards.services.judging import (
    BATCH,
    above_judge,
    changes_drain,
    engine_warm,
    stale_judge,
    units_judge,
    year_refresh,
)
from zhibu.standards.services.runs import run_make, run_publish, run_remove

__all__ = [
    "BATCH",
    "above_judge",
    "backtest_begin",
    "backtest_publish",
    "backtest_work",
    "backtests_recover",
    "changes_drain",
    "engine_warm",
    "exemption_end",
    "exemption_grant",
    "hand_score_give",
    "hand_score_withdraw",
    "run_make",
    "run_publish",
    "run_remove",
    "stale_judge",
    "units_judge",
    "year_refresh",
]
