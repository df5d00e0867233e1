"""Rows of the relations ``document`` and ``publication``."""

from __future__ import annotations

from zhibu.shared.promises import Promise

# A voided or drafted record is no fact, and a sitting adopts only while it stands itself.
# Documents of other years are kept: a clause may ask for last year's summary.
DOCUMENT = """
SELECT h.unit_id, r.id, d.kind, r.event_on, r.title, d.period, d.year, d."index",
       EXISTS (
           SELECT 1 FROM records_recordlink l JOIN records_record s ON s.id = l.target_id
           WHERE l.record_id = r.id AND l.relation = 'adopted_by'
             AND s.state IN ('entered', 'confirmed') AND s.event_on <= %(last)s
       ) AS adopted,
       (SELECT COUNT(*) FROM documents_planitem i WHERE i.document_id = r.id) AS items,
       (SELECT COUNT(*) FROM documents_planitem i WHERE i.document_id = r.id
           AND (i.owner_id IS NULL OR i.due_on IS NULL)) AS items_unassigned,
       (SELECT COUNT(*) FROM documents_planitem i WHERE i.document_id = r.id
           AND (i.answer = '' OR (i.answer <> 'done' AND i.note = ''))) AS items_unanswered,
       r.entry_delay, r.is_late
FROM documents_document d
JOIN records_record r ON r.id = d.record_id
JOIN records_recordhost h ON h.record_id = r.id
WHERE r.state IN ('entered', 'confirmed') AND r.event_on <= %(last)s AND {units}
"""

# Both days of the period count. What was withdrawn was shown until then; an answer counts from its own day.
_SHOWN_UNTIL = "COALESCE(p.to_on, %(last)s), COALESCE(p.withdrawn_on, %(last)s), %(last)s"


def _publication(days_shown: str) -> str:
    return f"""
SELECT h.unit_id, r.id, p.kind, r.event_on, r.title,
       {days_shown},
       (SELECT COUNT(*) FROM documents_objection o
        WHERE o.publication_id = r.id AND o.received_on <= %(last)s) AS objections,
       (SELECT COUNT(*) FROM documents_objection o
        WHERE o.publication_id = r.id AND o.received_on <= %(last)s
          AND (o.answered_on IS NULL OR o.answered_on > %(last)s)) AS unanswered,
       r.entry_delay
FROM documents_publication p
JOIN records_record r ON r.id = p.record_id
JOIN records_recordhost h ON h.record_id = r.id
WHERE r.state IN ('entered', 'confirmed')
  AND r.event_on BETWEEN %(first)s AND %(last)s AND {{units}}
"""


PUBLICATION = Promise(
    relation="publication",
    unit_column="h.unit_id",
    sql=_publication(f"LEAST({_SHOWN_UNTIL}) - p.from_on + 1"),
    sqlite=_publication(
        f"CAST(julianday(MIN({_SHOWN_UNTIL})) - julianday(p.from_on) AS INTEGER) + 1"
    ),
)

SOURCES = (Promise(relation="document", unit_column="h.unit_id", sql=DOCUMENT), PUBLICATION)
