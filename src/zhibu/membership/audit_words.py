from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhibu.audit.words import Word

WORDS = {
    "membership.admitted": Word(sentence=_("登记了党员%(name)s。")),
    "membership.updated": Word(sentence=_("修改了党员%(name)s的资料：%(fields)s。")),
    "membership.transferred": Word(
        sentence=_("将%(name)s的组织关系转到%(unit_name)s，自 %(day)s 起。")
    ),
    "membership.ended": Word(sentence=_("登记了%(name)s离开：%(reason)s，%(day)s。")),
    "membership.grouped": Word(sentence=_("调整了 %(count)s 名党员的党小组。")),
    "membership.sensitive_viewed": Word(
        sentence=_("查看了%(name)s的%(fields)s，用途：%(purpose)s。")
    ),
    "membership.exported": Word(
        sentence=_("导出了含完整身份证号的党员名册 %(count)s 人，用途：%(purpose)s。")
    ),
    "membership.exported_masked": Word(sentence=_("导出了打码的党员名册 %(count)s 人。")),
}
