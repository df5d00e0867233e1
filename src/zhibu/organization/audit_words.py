"""How the acts of this app read in the log."""

from django.utils.translation import gettext_lazy as _

from zhibu.audit.words import Word

WORDS = {
    "organization.unit_founded": Word(sentence=_("设立“%(name)s”，自 %(day)s 起。")),
    "organization.unit_withdrawn": Word(sentence=_("撤销“%(name)s”，末日 %(day)s。")),
    "organization.unit_merged": Word(sentence=_("将“%(name)s”并入“%(into)s”，末日 %(day)s。")),
    "organization.unit_moved": Word(sentence=_("“%(name)s”自 %(day)s 起隶属“%(parent)s”。")),
    "organization.unit_guided": Word(sentence=_("“%(name)s”自 %(day)s 起归口“%(parent)s”。")),
    "organization.unit_renamed": Word(sentence=_("“%(old)s”更名为“%(new)s”。")),
    "organization.units_imported": Word(sentence=_("导入组织架构表，共 %(count)s 个组织。")),
    "organization.person_created": Word(sentence=_("登记人员%(name)s。")),
    "organization.person_updated": Word(sentence=_("修改人员%(name)s的基本信息。")),
    "organization.post_begun": Word(sentence=_("%(person)s自 %(day)s 起任%(post)s。")),
    "organization.post_ended": Word(sentence=_("%(person)s任%(post)s至 %(day)s。")),
    "organization.posts_imported": Word(sentence=_("导入任职表，共 %(count)s 项任职。")),
    "organization.term_begun": Word(sentence=_("登记本届任期：%(first)s 至 %(last)s。")),
    "organization.term_extended": Word(sentence=_("经批准（%(approval)s），届期延至 %(day)s。")),
    "organization.role_granted": Word(sentence=_("授予%(user)s在“%(unit_name)s”的%(role)s角色。")),
    "organization.role_revoked": Word(sentence=_("收回%(user)s在“%(unit_name)s”的%(role)s角色。")),
    "organization.pack_adopted": Word(
        sentence=_("自 %(day)s 起采用制度包“%(pack)s”（%(version)s，%(mode)s）。")
    ),
    "organization.sensitive_viewed": Word(
        sentence=_("查看%(name)s的完整信息，用途：%(purpose)s。")
    ),
}
