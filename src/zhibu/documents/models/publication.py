"""What a unit made public, and what people objected."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhibu.organization.models import Unit
from zhibu.shared.secrets import EncryptedCharField

#: Longest objection that is taken.
OBJECTION_LETTERS = 500


class PublicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(record__owner__in=Unit.objects.visible_to(user))

    def open_to_all(self):
        """What a stranger may read on the portal; a withdrawn one only says that it is withdrawn."""
        return self.filter(is_open=True, record__state__in=["entered", "confirmed"])

    def standing_on(self, day):
        """Shown that day."""
        return self.filter(from_on__lte=day, withdrawn_on__isnull=True).filter(
            Q(to_on__isnull=True) | Q(to_on__gte=day)
        )

    def about(self, key):
        return self.filter(about=key)


class Publication(models.Model):
    """A frozen snapshot that was shown to people. Every text in it is masked before it is stored.

    A correction is a new version of the record; a withdrawn one keeps its page, which says so.
    """

    class Audience(models.TextChoices):
        PUBLIC = "public", _("社会公开")
        MEMBERS = "members", _("党员公开")

    record = models.OneToOneField(
        "records.Record",
        verbose_name=_("记录"),
        on_delete=models.CASCADE,
        related_name="publication",
        primary_key=True,
    )
    #: Code of a pack (codes: publication_kind).
    kind = models.CharField(_("公开类别"), max_length=48)
    body = models.TextField(_("正文"), blank=True)
    #: Rows of two texts: what and how much.
    table = models.JSONField(_("附表"), default=list, blank=True)
    #: Codes of a pack (codes: publication_channel).
    channels = models.JSONField(_("公开方式"), default=list)
    place = models.CharField(_("公开地点"), max_length=200, blank=True)
    from_on = models.DateField(_("公开起"))
    #: Null: it stands until it is withdrawn.
    to_on = models.DateField(_("公开止"), null=True, blank=True)
    audience = models.CharField(_("公开范围"), max_length=16, choices=Audience)
    #: For everybody and on the public web pages: both are needed for a stranger to read it.
    is_open = models.BooleanField(_("网上可见"), default=False)
    token = models.CharField(_("网页编号"), max_length=32, unique=True)
    #: Key of what it is about, as a higher app calls it, e.g. matter:12.
    about = models.CharField(_("所涉事项"), max_length=64, blank=True, db_index=True)
    about_title = models.CharField(_("事项名称"), max_length=200, blank=True)
    #: Private persons who are party to it, one a line: also masked in what people write about it later.
    parties = EncryptedCharField(_("须遮盖的姓名"), blank=True, default="")
    corrected_on = models.DateField(_("最近更正日期"), null=True, blank=True)
    correct_reason = models.CharField(_("最近更正原因"), max_length=200, blank=True)
    withdrawn_on = models.DateField(_("撤回日期"), null=True, blank=True)
    withdraw_reason = models.CharField(_("撤回原因"), max_length=200, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("公开")
        indexes = [models.Index(fields=["is_open", "from_on"])]
        constraints = [
            models.CheckConstraint(
                name="publication_ends_after_start",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                violation_error_message=_("公开止日不能早于公开起日。"),
            ),
            models.CheckConstraint(
                name="publication_open_to_the_public_only",
                condition=Q(is_open=False) | Q(audience="public"),
                violation_error_message=_("只向党员公开的，不能放到公开网页上。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.record)

    def get_absolute_url(self) -> str:
        return reverse("documents:publication", args=[self.pk])

    def is_shown_on(self, day) -> bool:
        ended = self.to_on is not None and self.to_on < day
        return self.from_on <= day and not ended and self.withdrawn_on is None


class Objection(models.Model):
    """What somebody said against a publication. Numbers of one publication have no gaps.

    Name, contact and the words as handed in are sealed; ``shown`` is the masked text, which the
    public reads once the unit has dealt with it.
    """

    class Via(models.TextChoices):
        PORTAL = "portal", _("网上")
        PAPER = "paper", _("书面")
        ORAL = "oral", _("口头")
        PHONE = "phone", _("电话")

    class State(models.TextChoices):
        RECEIVED = "received", _("已收到")
        ANSWERED = "answered", _("已答复")
        NOT_TAKEN = "not_taken", _("不予受理")

    publication = models.ForeignKey(
        Publication, verbose_name=_("公开"), on_delete=models.CASCADE, related_name="objections"
    )
    number = models.PositiveIntegerField(_("编号"))
    #: Made by the form: one form sent twice is one objection.
    key = models.CharField(_("表单编号"), max_length=64, unique=True)
    received_on = models.DateField(_("收到日期"))
    via = models.CharField(_("提出方式"), max_length=16, choices=Via)
    text = EncryptedCharField(_("原文"))
    shown = models.TextField(_("公开文本"))
    name = EncryptedCharField(_("姓名"), blank=True, default="")
    contact = EncryptedCharField(_("联系方式"), blank=True, default="")
    state = models.CharField(_("状态"), max_length=16, choices=State, default=State.RECEIVED)
    #: Masked; for one that is not taken, the reason.
    answer = models.TextField(_("答复"), blank=True)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    answered_by = models.CharField(_("答复人"), max_length=128, blank=True)

    class Meta:
        verbose_name = _("异议")
        ordering = ["publication", "number"]
        constraints = [
            models.UniqueConstraint(name="objection_number_once", fields=["publication", "number"]),
            models.CheckConstraint(
                name="objection_is_dealt_with_in_words",
                condition=Q(state="received") | (~Q(answer="") & Q(answered_on__isnull=False)),
                violation_error_message=_("请写明答复，或不予受理的原因。"),
            ),
        ]
        indexes = [models.Index(fields=["state", "publication"])]

    def __str__(self) -> str:
        return f"{self.publication_id}-{self.number}"
