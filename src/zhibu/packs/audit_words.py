"""How the acts of this app read in the log."""

from django.utils.translation import gettext_lazy as _

from zhibu.audit.words import Word

WORDS = {
    "packs.drafted": Word(sentence=_("上传制度包“%(title)s”%(version)s 版，作为待发布的稿子。")),
    "packs.published": Word(sentence=_("发布制度包“%(title)s”%(version)s 版。")),
    "packs.installed": Word(sentence=_("安装制度包“%(title)s”%(version)s 版。")),
}
