"""Acts on ballots, as the log tells them. That somebody cast a ballot is never an act of the log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhibu.audit.words import Word

WORDS = {
    "ballots.created": Word(sentence=_("准备测评与表决《%(title)s》。")),
    "ballots.opened": Word(sentence=_("开始《%(title)s》，名册 %(roll)s 人。%(reason)s")),
    "ballots.closed": Word(sentence=_("结束《%(title)s》，收到 %(cast)s 票。")),
    "ballots.counted": Word(
        sentence=_("登记《%(title)s》的计票结果：发出 %(issued)s 张，收回 %(collected)s 张。")
    ),
    "ballots.published": Word(sentence=_("向成员公布《%(title)s》的结果。")),
    "ballots.voided": Word(sentence=_("作废《%(title)s》，原因：%(reason)s。")),
}
