"""What this app promises to the engine, in SQL that both databases run."""

from __future__ import annotations

from zhibu.shared.promises import Promise

_FROM = """
FROM meetings_segmenthost h
JOIN meetings_segment s ON s.id = h.segment_id
JOIN records_record r ON r.id = s.sitting_id
"""
_COUNTS = """
WHERE {units}
  AND r.state IN ('entered', 'confirmed')
  AND r.event_on BETWEEN %(first)s AND %(last)s
"""

SEGMENT = Promise(
    "segment",
    "h.unit_id",
    """
SELECT h.unit_id, r.id, s.id, s.kind, r.event_on, s.theme, s.convener,
       s.presider_post, s.recorder_post, s.lecturer_post, s.form,
       h.due, h.entitled, h.present, h.present_entitled, h.nonmembers, h.absent_unexplained,
       s.agenda_items, s.resolutions, h.missing_fields, r.entry_delay, r.is_late,
       s.first_item_study, h.secretary_present,
       (SELECT COUNT(*) FROM meetings_segmenthost o WHERE o.segment_id = s.id) > 1,
       h.duplicate
"""
    + _FROM
    + _COUNTS,
)

ATTENDANCE = Promise(
    "attendance",
    "h.unit_id",
    """
SELECT h.unit_id, r.id, s.id, a.person_id, s.kind, a.state, r.event_on
"""
    + _FROM
    + "JOIN meetings_attendance a ON a.host_id = h.id\n"
    + _COUNTS,
)

PART = Promise(
    "part",
    "h.unit_id",
    """
SELECT h.unit_id, r.id, p.person_id, n.name, p.role, p.post, s.kind, r.event_on
"""
    + _FROM
    + """JOIN records_participant p ON p.record_id = r.id AND p.part = s."order"
JOIN organization_person n ON n.id = p.person_id
"""
    + _COUNTS,
)

# A link is seen from both ends: the later of two records follows the earlier. A sitting stands for each of
# its segments, a document for its kind; what each end is comes from the tables of this app and of documents.
_ENDS = """
FROM (
    SELECT l.record_id AS here, l.target_id AS there, l.relation FROM records_recordlink l
    UNION ALL
    SELECT l.target_id, l.record_id, l.relation FROM records_recordlink l
) e
JOIN records_record r ON r.id = e.here
JOIN records_record o ON o.id = e.there
JOIN records_recordhost h ON h.record_id = r.id
JOIN (
    SELECT s.sitting_id AS record_id, s.kind FROM meetings_segment s
    UNION ALL
    SELECT d.record_id, d.kind FROM documents_document d
) k ON k.record_id = o.id
WHERE {units}
  AND r.state IN ('entered', 'confirmed') AND o.state IN ('entered', 'confirmed')
  AND r.event_on BETWEEN %(first)s AND %(last)s AND o.event_on <= %(last)s
"""


def _link(days: str) -> str:
    return f"SELECT h.unit_id, r.id, r.event_on, e.relation, o.id, k.kind, {days}{_ENDS}"


LINK = Promise(
    "link",
    "h.unit_id",
    _link("o.event_on - r.event_on"),
    sqlite=_link("CAST(julianday(o.event_on) - julianday(r.event_on) AS INTEGER)"),
)

SOURCES: tuple[Promise, ...] = (SEGMENT, ATTENDANCE, PART, LINK)
