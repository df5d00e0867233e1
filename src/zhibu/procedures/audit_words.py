"""Acts on matters, as the log tells them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhibu.audit.words import Word

WORDS = {
    "procedures.opened": Word(sentence=_("启动事项《%(title)s》（%(procedure)s）。")),
    "procedures.updated": Word(sentence=_("更正事项《%(title)s》，原因：%(reason)s。")),
    "procedures.step": Word(sentence=_("登记事项《%(title)s》的步骤“%(step)s”，日期 %(day)s。")),
    "procedures.step_corrected": Word(
        sentence=_("更正事项《%(title)s》的步骤“%(step)s”，原因：%(reason)s。")
    ),
    "procedures.step_voided": Word(
        sentence=_("作废事项《%(title)s》的步骤“%(step)s”，原因：%(reason)s。")
    ),
    "procedures.returned": Word(
        sentence=_("把事项《%(title)s》退回到“%(step)s”，原因：%(reason)s。")
    ),
    "procedures.exported": Word(sentence=_("导出事项《%(title)s》的档案。")),
    "procedures.terminated": Word(sentence=_("终止事项《%(title)s》，原因：%(reason)s。")),
    "procedures.reopened": Word(
        sentence=_("重新办理事项《%(title)s》，从“%(step)s”开始，原因：%(reason)s。")
    ),
}
