"""The acts of this app, as the log says them."""

from django.utils.translation import gettext_lazy as _

from zhibu.audit.words import Word

WORDS = {
    "standards.backtested": Word(_("试算 %(draft)s 的标准 %(standard)s，评判日 %(as_of)s")),
    "standards.exempted": Word(_("豁免条款 %(clause)s 至 %(until)s，理由：%(reason)s")),
    "standards.exemption_ended": Word(_("结束对条款 %(clause)s 的豁免（原理由：%(reason)s）")),
    "standards.hand_scored": Word(
        _("为 %(year)s 年“%(clause)s”人工评分 %(points)s 分，理由：%(reason)s")
    ),
    "standards.hand_score_withdrawn": Word(_("撤销 %(year)s 年条款 %(clause)s 的人工评分")),
    "standards.exported": Word(_("导出 %(year)s 年“%(standard)s”的评判说明（%(form)s）")),
    "standards.run_made": Word(_("评判 %(title)s：%(units)s 个组织，评判日 %(as_of)s")),
    "standards.run_published": Word(_("发布评判结果 %(title)s")),
    "standards.run_removed": Word(_("删除未发布的评判 %(title)s")),
}
