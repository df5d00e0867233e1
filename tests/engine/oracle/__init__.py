"""The same standards judged row by row in plain Python: slow, obvious, and only a test's measure.

It reads facts in *file form* (dates, nulls) and follows what the packs' handbook says of each word. With the
engine it shares the packs' own data alone: a disagreement is a mistake of one of them.
"""

from tests.engine.oracle.judge import Oracle
from tests.engine.oracle.total import Total, total

__all__ = ["Oracle", "Total", "total"]
