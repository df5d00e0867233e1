"""How the acts of this app read in the log."""

from django.utils.translation import gettext_lazy as _

from zhibu.audit.words import Word

WORDS = {
    "accounts.created": Word(sentence=_("建立账号 %(username)s。")),
    "accounts.password_changed": Word(sentence=_("修改账号 %(username)s 的密码。")),
    "accounts.password_reset": Word(sentence=_("重置账号 %(username)s 的密码。")),
    "accounts.disabled": Word(sentence=_("停用账号 %(username)s。")),
    "accounts.enabled": Word(sentence=_("恢复账号 %(username)s。")),
    "accounts.logged_in": Word(sentence=_("登录。")),
    "accounts.logged_out": Word(sentence=_("退出登录。")),
}
