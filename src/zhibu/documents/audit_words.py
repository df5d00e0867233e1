"""Acts on documents, as the log tells them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhibu.audit.words import Word

WORDS = {
    "documents.created": Word(sentence=_("录入文档《%(title)s》。")),
    "documents.updated": Word(sentence=_("更正文档《%(title)s》，原因：%(reason)s。")),
    "documents.adopted": Word(sentence=_("登记《%(title)s》由会议“%(sitting)s”通过。")),
    "documents.voided": Word(sentence=_("作废文档《%(title)s》，原因：%(reason)s。")),
}
