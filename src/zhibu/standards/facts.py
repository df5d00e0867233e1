"""Rows of ``result`` and ``below``: what was published before, and how the units below stand now."""

from __future__ import annotations

from zhibu.shared.promises import Promise

# Of several published runs of a standard in one year the last one speaks. A year is cut out of the text of
# the day, which both databases write alike.
_LAST = """
FROM standards_runscore s
JOIN standards_run r ON r.id = s.run_id
WHERE {units} AND r.published_at IS NOT NULL AND r.as_of <= %(last)s
  AND NOT EXISTS (
      SELECT 1 FROM standards_runscore t JOIN standards_run q ON q.id = t.run_id
      WHERE t.unit_id = s.unit_id AND q.standard = r.standard AND q.published_at IS NOT NULL
        AND q.as_of <= %(last)s AND q.id > r.id
        AND SUBSTR(CAST(q.as_of AS TEXT), 1, 4) = SUBSTR(CAST(r.as_of AS TEXT), 1, 4)
  )
"""

RESULT = Promise(
    "result",
    "s.unit_id",
    """
SELECT s.unit_id, r.standard, '', CAST(SUBSTR(CAST(r.as_of AS TEXT), 1, 4) AS INTEGER), '', s.level,
       CASE WHEN s.assessed > 0 THEN s.earned * 1000 / s.assessed ELSE 0 END, s.earned, s.assessed, 0
"""
    + _LAST,
)

# The current view, not what was published: a township sees its branches as they stand.
_BELOW = """
JOIN organization_ancestry a ON a.unit_id = s.unit_id AND a.line = 'tree' AND a.depth > 0
 AND a.from_on <= %(last)s AND (a.to_on IS NULL OR a.to_on >= %(last)s)
JOIN organization_unit u ON u.id = s.unit_id
WHERE {units}
"""

BELOW_TOTAL = Promise(
    "below",
    "a.ancestor_id",
    """
SELECT a.ancestor_id, s.unit_id, u.kind, a.depth, s.standard, '', s.year, '', s.level,
       CASE WHEN s.assessed > 0 THEN s.earned * 1000 / s.assessed ELSE 0 END, s.assessed > 0
FROM standards_score s
"""
    + _BELOW,
)

BELOW_CLAUSE = Promise(
    "below",
    "a.ancestor_id",
    """
SELECT a.ancestor_id, s.unit_id, u.kind, a.depth, s.standard, s.clause, s.year, s.verdict, '',
       CASE WHEN s.possible > 0 THEN s.earned * 1000 / s.possible ELSE 0 END,
       s.verdict IN ('met', 'partial', 'unmet')
FROM standards_finding s
"""
    + _BELOW,
)

SOURCES = (RESULT, BELOW_TOTAL, BELOW_CLAUSE)
