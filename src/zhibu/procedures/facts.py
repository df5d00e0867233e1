"""What this app promises to the engine, in SQL that both databases run."""

from __future__ import annotations

from zhibu.shared.promises import Promise

# A matter counts on the day it was closed, one still running on the day it was opened. What is not due yet is not
# overdue; days are counted to the closing day or the judging day.
_MATTER = """
SELECT m.unit_id, m.id, m.procedure, COALESCE(m.closed_on, m.opened_on), m.title, m.person_id, m.parent_id,
       m.state, m.opened_on, m.due_on, m.conforms, m.steps_due, m.steps_missing, m.breaches,
       {overdue}, m.reopened
FROM procedures_matter m
WHERE m.opened_on <= %(last)s AND (m.closed_on IS NULL OR m.closed_on >= %(first)s) AND {{units}}
"""
_POSTGRESQL = """GREATEST(0, COALESCE(LEAST(m.closed_on, %(last)s::date), %(last)s::date)
       - COALESCE(m.due_on, %(last)s::date))"""
_SQLITE = """MAX(0, CAST(julianday(COALESCE(MIN(m.closed_on, %(last)s), %(last)s))
       - julianday(COALESCE(m.due_on, %(last)s)) AS INTEGER))"""

MATTER = Promise(
    "matter",
    "m.unit_id",
    _MATTER.format(overdue=_POSTGRESQL),
    sqlite=_MATTER.format(overdue=_SQLITE),
)

MATTER_STEP = Promise(
    "matter_step",
    "m.unit_id",
    """
SELECT m.unit_id, m.id, m.procedure, s.step, s.day, s.person_id, s.conforms, s.excused, s.breaches, s.overdue_days
FROM procedures_matterstep s
JOIN procedures_matter m ON m.id = s.matter_id
WHERE s.state = 'standing' AND s.day BETWEEN %(first)s AND %(last)s AND {units}
""",
)

# What was withdrawn held until the day before.
OUTCOME = Promise(
    "outcome",
    "o.unit_id",
    """
SELECT o.unit_id, o.matter_id, o.person_id, o.kind, o.value, o.from_on, COALESCE(o.withdrawn_on, o.to_on)
FROM procedures_outcome o
WHERE o.from_on <= %(last)s AND {units}
""",
)

SOURCES = (MATTER, MATTER_STEP, OUTCOME)
