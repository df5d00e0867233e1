"""What this app promises to the engine, in SQL that both databases run."""

from __future__ import annotations

from zhibu.shared.promises import Promise

UNIT = Promise(
    "unit",
    "u.id",
    """
SELECT u.id, u.code, u.name, u.kind, u.sector, u.founded_on, u.withdrawn_on, u.is_temporary
FROM organization_unit u
WHERE {units} AND u.founded_on <= %(last)s
""",
)

UNIT_ANCESTOR = Promise(
    "unit_ancestor",
    "a.unit_id",
    """
SELECT a.unit_id, a.line, a.ancestor_id, a.depth, a.from_on, a.to_on
FROM organization_ancestry a
WHERE {units} AND a.depth > 0
""",
)

POST = Promise(
    "post",
    "p.unit_id",
    """
SELECT p.unit_id, p.person_id, n.name, p.code, p.duty <> '', p.from_on, p.to_on
FROM organization_post p
JOIN organization_person n ON n.id = p.person_id
WHERE {units} AND p.from_on <= %(last)s
""",
)

TERM = Promise(
    "term",
    "t.unit_id",
    """
SELECT t.unit_id, t.from_on, t.to_on, t.extended_to
FROM organization_term t
WHERE {units} AND t.from_on <= %(last)s
""",
)

# A group is a unit placed directly below the branch. How many members it has is read from the
# table of the app above, since a relation's row comes from one statement.
GROUP = Promise(
    "group",
    "a.parent_id",
    """
SELECT a.parent_id, g.id, g.name,
       (SELECT COUNT(*) FROM membership_membership s
        WHERE s.group_id = g.id AND s.from_on <= %(last)s AND (s.to_on IS NULL OR s.to_on >= %(last)s)),
       (SELECT COUNT(*) FROM organization_post p
        WHERE p.unit_id = g.id AND p.code = 'group_leader' AND p.from_on <= %(last)s
          AND (p.to_on IS NULL OR p.to_on >= %(last)s)),
       a.from_on, COALESCE(a.to_on, g.withdrawn_on)
FROM organization_placement a
JOIN organization_unit g ON g.id = a.unit_id
WHERE {units} AND a.line = 'tree' AND g.kind = 'group' AND a.from_on <= %(last)s
""",
)

SOURCES = (UNIT, UNIT_ANCESTOR, POST, TERM, GROUP)
