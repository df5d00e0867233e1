"""Units with dated parentage, persons, posts, terms, role grants and pack adoption."""

from zhibu.organization.models.access import Adoption, RoleGrant
from zhibu.organization.models.dated import DatedQuerySet, OfUnitQuerySet
from zhibu.organization.models.person import Person, PersonQuerySet, SensitiveView
from zhibu.organization.models.placement import Ancestry, Line, Placement
from zhibu.organization.models.post import Post, Term
from zhibu.organization.models.unit import Unit, UnitQuerySet

__all__ = [
    "Adoption",
    "Ancestry",
    "DatedQuerySet",
    "Line",
    "OfUnitQuerySet",
    "Person",
    "PersonQuerySet",
    "Placement",
    "Post",
    "RoleGrant",
    "SensitiveView",
    "Term",
    "Unit",
    "UnitQuerySet",
]
