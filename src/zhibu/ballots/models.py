"""Ballots: the question sheet, who may answer, and the answers – kept apart from who gave them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhibu.organization.models import Ancestry, RoleGrant
from zhibu.shared import clock


class BallotQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of units one works for, open ones one is to answer, published ones of one's own units."""
        if user.is_installer:
            return self
        today = clock.today()
        grants = RoleGrant.objects.held_on(today).filter(user=user)
        return self.filter(
            Q(record__owner__in=_below(grants.exclude(role=RoleGrant.Role.MEMBER), today))
            | Q(state=Ballot.State.OPEN, pk__in=_rolled(user))
            | Q(published=True, pk__in=_rolled(user))
            | Q(published=True, record__owner__in=_below(grants, today))
        )

    def answerable_by(self, user):
        """Open on-line ballots on whose roll the user's person stands."""
        return self.filter(state=Ballot.State.OPEN, way=Ballot.Way.ON_LINE, pk__in=_rolled(user))


def _below(grants, day):
    return Ancestry.objects.held_on(day).filter(ancestor__in=grants.values("unit")).values("unit")


def _rolled(user):
    return Roll.objects.filter(person__user=user, entitled=True).values("ballot")


class Ballot(models.Model):
    """The answers of a group to a question sheet. The sheet and the roll are frozen when it opens.

    While it is open the answers of a secret one lie sealed in its ``Box``; once closed, loose in ``Answer``.
    """

    class Way(models.TextChoices):
        ON_LINE = "on_line", _("网上")
        PAPER = "paper", _("纸质")

    class State(models.TextChoices):
        DRAFT = "draft", _("未开始")
        OPEN = "open", _("进行中")
        CLOSED = "closed", _("已结束")
        VOIDED = "voided", _("已作废")

    record = models.OneToOneField(
        "records.Record",
        verbose_name=_("记录"),
        on_delete=models.CASCADE,
        related_name="ballot",
        primary_key=True,
    )
    #: Codes of a pack: ``ballot_kind``, and the ready-made sheet it began with.
    kind = models.CharField(_("类别"), max_length=48)
    sheet = models.CharField(_("表样"), max_length=48, blank=True)
    secret = models.BooleanField(_("无记名"))
    way = models.CharField(_("方式"), max_length=16, choices=Way)
    state = models.CharField(_("状态"), max_length=16, choices=State, default=State.DRAFT)
    #: Dumps of the engine's VoteRule or ElectionRule; both empty where nothing is decided.
    rule = models.JSONField(_("表决规则"), null=True, blank=True)
    election = models.JSONField(_("选举规则"), null=True, blank=True)
    seats = models.PositiveSmallIntegerField(_("应选人数"), null=True, blank=True)
    questions = models.JSONField(_("题目"), default=list)
    #: Who is to answer: a source and, for a named list, the persons.
    voters = models.JSONField(_("参加人员"), default=dict)
    closes_on = models.DateField(_("截止日期"), null=True, blank=True)
    opened_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    #: Why it was opened although the sheet does not keep to its rule.
    reason = models.CharField(_("说明"), max_length=200, blank=True)
    published = models.BooleanField(_("向成员公布"), default=False)
    #: What it is about: "matter:12", "segment:34", "record:56".
    about = models.CharField(_("关于"), max_length=64, blank=True, db_index=True)

    objects = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = _("测评与表决")

    def __str__(self) -> str:
        return str(self.record)

    def get_absolute_url(self) -> str:
        return reverse("ballots:detail", args=[self.pk])

    @property
    def keeps_box(self) -> bool:
        return self.secret and self.way == self.Way.ON_LINE


class Roll(models.Model):
    """A person on the roll, and that a ballot was cast – never when, never which."""

    ballot = models.ForeignKey(
        Ballot, verbose_name=_("测评与表决"), on_delete=models.CASCADE, related_name="roll"
    )
    person = models.ForeignKey(
        "organization.Person", verbose_name=_("人员"), on_delete=models.PROTECT, related_name="+"
    )
    entitled = models.BooleanField(_("有表决权"), default=True)
    cast = models.BooleanField(_("已投票"), default=False)

    class Meta:
        verbose_name = _("投票名册")
        constraints = [models.UniqueConstraint(name="roll_once", fields=["ballot", "person"])]

    def __str__(self) -> str:
        return f"{self.ballot_id} {self.person}"


class Box(models.Model):
    """All secret ballots cast so far, in one sealed row: see ``box.py``."""

    ballot = models.OneToOneField(
        Ballot,
        verbose_name=_("测评与表决"),
        on_delete=models.CASCADE,
        related_name="box",
        primary_key=True,
    )
    sealed = models.BinaryField(_("密封内容"))

    class Meta:
        verbose_name = _("票箱")

    def __str__(self) -> str:
        return f"{self.ballot_id}"


class Answer(models.Model):
    """A released secret ballot. Its key is random; it has no person, no time and no order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ballot = models.ForeignKey(
        Ballot, verbose_name=_("测评与表决"), on_delete=models.CASCADE, related_name="answers"
    )
    #: Question → choice.
    chosen = models.JSONField(_("所选"))

    class Meta:
        verbose_name = _("票")

    def __str__(self) -> str:
        return f"{self.pk}"


class NamedAnswer(models.Model):
    """A ballot cast in the open: the voter was told that the name stays with it."""

    ballot = models.ForeignKey(
        Ballot, verbose_name=_("测评与表决"), on_delete=models.CASCADE, related_name="named_answers"
    )
    person = models.ForeignKey(
        "organization.Person", verbose_name=_("人员"), on_delete=models.PROTECT, related_name="+"
    )
    chosen = models.JSONField(_("所选"))

    class Meta:
        verbose_name = _("记名票")
        constraints = [
            models.UniqueConstraint(name="namedanswer_once", fields=["ballot", "person"])
        ]

    def __str__(self) -> str:
        return f"{self.ballot_id} {self.person}"


class Count(models.Model):
    """The count of paper ballots as its tellers signed it."""

    ballot = models.OneToOneField(
        Ballot,
        verbose_name=_("测评与表决"),
        on_delete=models.CASCADE,
        related_name="count",
        primary_key=True,
    )
    present = models.PositiveIntegerField(_("实到人数"))
    written = models.PositiveIntegerField(_("书面意见"), default=0)
    issued = models.PositiveIntegerField(_("发出票数"))
    collected = models.PositiveIntegerField(_("收回票数"))
    invalid = models.PositiveIntegerField(_("无效票数"), default=0)
    #: Question → choice → number.
    chosen = models.JSONField(_("各项票数"))

    class Meta:
        verbose_name = _("计票结果")

    def __str__(self) -> str:
        return f"{self.ballot_id}"


class Result(models.Model):
    """What a closed ballot came to in whole numbers, written once for the facts; pages read the selector."""

    ballot = models.OneToOneField(
        Ballot,
        verbose_name=_("测评与表决"),
        on_delete=models.CASCADE,
        related_name="result",
        primary_key=True,
    )
    entitled = models.PositiveIntegerField(_("应参加人数"))
    cast = models.PositiveIntegerField(_("有效票数"))
    in_favour = models.PositiveIntegerField(_("赞成票"))
    against = models.PositiveIntegerField(_("反对票"))
    abstained = models.PositiveIntegerField(_("弃权票"))
    #: Mean of all scored answers in 0.01.
    score = models.PositiveIntegerField(_("得分"), default=0)
    passed = models.BooleanField(_("通过"), default=False)
    #: So few secret ballots that any result tells who voted how: nothing but turnout is kept.
    too_few = models.BooleanField(_("票数太少"), default=False)

    class Meta:
        verbose_name = _("测评结果")

    def __str__(self) -> str:
        return f"{self.ballot_id}"
