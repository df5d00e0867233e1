"""Acts on ballots."""

from zhibu.ballots.services.casting import ballot_cast
from zhibu.ballots.services.counting import PaperCount, ballot_count_enter
from zhibu.ballots.services.drafting import BallotInput, ballot_create
from zhibu.ballots.services.running import (
    ballot_cautions,
    ballot_close,
    ballot_open,
    ballot_publish,
    ballot_void,
)

__all__ = [
    "BallotInput",
    "PaperCount",
    "ballot_cast",
    "ballot_cautions",
    "ballot_close",
    "ballot_count_enter",
    "ballot_create",
    "ballot_open",
    "ballot_publish",
    "ballot_void",
]
