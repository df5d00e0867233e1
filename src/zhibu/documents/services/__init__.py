"""Acts on documents, publications and objections, by noun."""

from zhibu.documents.adoption import adopters
from zhibu.documents.services.documents import (
    ItemInput,
    document_adopt,
    document_content,
    document_create,
    document_update,
    document_void,
)
from zhibu.documents.services.drafting import Draft, publication_draft
from zhibu.documents.services.objections import objection_answer, objection_receive
from zhibu.documents.services.publications import (
    publication_correct,
    publication_publish,
    publication_withdraw,
)

__all__ = [
    "Draft",
    "ItemInput",
    "adopters",
    "document_adopt",
    "document_content",
    "document_create",
    "document_update",
    "document_void",
    "objection_answer",
    "objection_receive",
    "publication_correct",
    "publication_draft",
    "publication_publish",
    "publication_withdraw",
]
