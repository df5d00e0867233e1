"""Rows of the relation ``ballot_result``."""

from __future__ import annotations

from zhibu.shared.promises import Promise

# With too few secret ballots nothing but the turnout is known, and 0 in favour would be a lie: no row.
BALLOT_RESULT = """
SELECT h.unit_id, r.id, b.kind, r.event_on, r.title, s.entitled, s."cast", s.in_favour, s.against,
       s.abstained, s.score, s.passed, b.secret
FROM ballots_ballot b
JOIN ballots_result s ON s.ballot_id = b.record_id
JOIN records_record r ON r.id = b.record_id
JOIN records_recordhost h ON h.record_id = r.id
WHERE r.state IN ('entered', 'confirmed') AND b.state = 'closed' AND NOT s.too_few
  AND r.event_on BETWEEN %(first)s AND %(last)s AND {units}
"""

SOURCES = (Promise(relation="ballot_result", unit_column="h.unit_id", sql=BALLOT_RESULT),)
