"""What this app promises to the engine, in SQL that both databases run."""

from __future__ import annotations

from zhibu.shared.promises import Promise

#: Every belonging that held on some day up to the judging day; ended ones stay, with their end.
MEMBER = Promise(
    "member",
    "s.unit_id",
    """
SELECT s.unit_id, s.member_id, p.name, m.category, COALESCE(s.group_id, 0), m.is_leader, m.is_lost,
       m.is_floating, m.status = 'suspended', m.joined_on, m.full_on, s.from_on, s.to_on
FROM membership_membership s
JOIN membership_member m ON m.person_id = s.member_id
JOIN organization_person p ON p.id = s.member_id
WHERE {units} AND s.from_on <= %(last)s
""",
)

SOURCES = (MEMBER,)
