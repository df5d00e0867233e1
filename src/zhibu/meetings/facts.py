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

SOURCES: tuple[Promise, ...] = (SEGMENT, ATTENDANCE, PART)
