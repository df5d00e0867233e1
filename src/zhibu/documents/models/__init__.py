"""Plans and summaries, and what is made public with the objections to it."""

from zhibu.documents.models.document import Document, DocumentQuerySet, PlanItem
from zhibu.documents.models.publication import Objection, Publication, PublicationQuerySet

__all__ = [
    "Document",
    "DocumentQuerySet",
    "Objection",
    "PlanItem",
    "Publication",
    "PublicationQuerySet",
]
