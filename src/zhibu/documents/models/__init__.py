"""Plans and summaries, and what is made public with the objections to it."""

from zhibu.documents.models.document import Document, DocumentQuerySet, PlanItem
from zhibu.documents.models.publication import (
    OBJECTION_LETTERS,
    Objection,
    Publication,
    PublicationQuerySet,
)

__all__ = [
    "OBJECTION_LETTERS",
    "Document",
    "DocumentQuerySet",
    "Objection",
    "PlanItem",
    "Publication",
    "PublicationQuerySet",
]
