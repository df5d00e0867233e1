"""The acts of this app, as the log says them."""

from django.utils.translation import gettext_lazy as _

from zhibu.audit.words import Word

WORDS = {
    "standards.exempted": Word(_("豁免条款 %(clause)s 至 %(until)s，理由：%(reason)s")),
    "standards.run_made": Word(_("评判 %(title)s：%(units)s 个组织，评判日 %(as_of)s")),
    "standards.run_published": Word(_("发布评判结果 %(title)s")),
    "standards.run_removed": Word(_("删除未发布的评判 %(title)s")),
}
