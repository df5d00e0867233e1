"""Acts on documents, as the log tells them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhibu.audit.words import Word

WORDS = {
    "documents.created": Word(sentence=_("录入文档《%(title)s》。")),
    "documents.updated": Word(sentence=_("更正文档《%(title)s》，原因：%(reason)s。")),
    "documents.adopted": Word(sentence=_("登记《%(title)s》由会议“%(sitting)s”通过。")),
    "documents.voided": Word(sentence=_("作废文档《%(title)s》，原因：%(reason)s。")),
    "documents.published": Word(sentence=_("公开《%(title)s》。")),
    "documents.publication_corrected": Word(
        sentence=_("更正公开《%(title)s》，原因：%(reason)s。")
    ),
    "documents.publication_withdrawn": Word(
        sentence=_("撤回公开《%(title)s》，原因：%(reason)s。")
    ),
    "documents.objection_received": Word(sentence=_("收到对《%(title)s》的第 %(number)s 号异议。")),
    "documents.objection_answered": Word(sentence=_("答复对《%(title)s》的第 %(number)s 号异议。")),
    "documents.objection_not_taken": Word(
        sentence=_("对《%(title)s》的第 %(number)s 号异议不予受理。")
    ),
}
