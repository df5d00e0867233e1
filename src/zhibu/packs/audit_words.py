"""How the acts of this app read in the log."""

from django.utils.translation import gettext_lazy as _

from zhibu.audit.words import Word

WORDS = {
    "packs.installed": Word(sentence=_("安装制度包“%(title)s”%(version)s 版。")),
}
