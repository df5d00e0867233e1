"""The acts of this app in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhibu.audit.words import Word

WORDS = {
    "meetings.entered": Word(_("录入会议“%(title)s”（%(day)s）。")),
    "meetings.corrected": Word(_("更正会议“%(title)s”（%(day)s），原因：%(reason)s。")),
    "meetings.voided": Word(_("作废会议“%(title)s”（%(day)s），原因：%(reason)s。")),
    "meetings.attached": Word(_("为会议“%(title)s”（%(day)s）上传附件“%(file)s”。")),
    "meetings.detached": Word(
        _("删除会议“%(title)s”（%(day)s）的附件“%(file)s”，原因：%(reason)s。")
    ),
    "meetings.imported": Word(_("从台账导入会议 %(sittings)s 次。")),
    "meetings.exported": Word(_("导出会议台账，共 %(rows)s 条。")),
}
