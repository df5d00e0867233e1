"""Current findings, replaced when facts change; runs, which never change; exemptions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhibu.organization.models import Adoption, Unit
from zhibu.shared.errors import RuleBroken


class Verdict(models.TextChoices):
    MET = "met", _("满足")
    PARTIAL = "partial", _("部分满足")
    UNMET = "unmet", _("不满足")
    NOT_APPLICABLE = "not_applicable", _("不适用")
    NOT_ASSESSED = "not_assessed", _("未评")
    NOT_DUE = "not_due", _("未到期")


class FindingFields(models.Model):
    """A narrow finding: keys, numbers and codes. Sentences are made on demand. Points in 0.01."""

    unit = models.ForeignKey(
        "organization.Unit", on_delete=models.CASCADE, related_name="+", verbose_name=_("组织")
    )
    clause = models.CharField(_("条款"), max_length=96)
    verdict = models.CharField(_("结论"), max_length=16, choices=Verdict)
    possible = models.IntegerField(_("应得分"), default=0)
    earned = models.IntegerField(_("得分"), default=0)
    measured = models.IntegerField(_("实测"), default=0)
    required = models.IntegerField(_("要求"), default=0)
    #: Kind-specific whole number, e.g. bits of the months that miss a record.
    detail = models.BigIntegerField(_("细目"), default=0)
    #: Why it was not judged, in the engine's words (manual, later, exempt …).
    code = models.CharField(_("未评原因"), max_length=24, blank=True, default="")
    #: The last day on which the clause can still be met.
    until_on = models.DateField(_("最后期限"), null=True, blank=True)

    class Meta:
        abstract = True


class ScoreFields(models.Model):
    """A unit's total with its coverage. Points in 0.01."""

    unit = models.ForeignKey(
        "organization.Unit", on_delete=models.CASCADE, related_name="+", verbose_name=_("组织")
    )
    possible = models.IntegerField(_("总分"), default=0)
    assessed = models.IntegerField(_("已评分值"), default=0)
    earned = models.IntegerField(_("得分"), default=0)
    not_assessed = models.IntegerField(_("未评分值"), default=0)
    not_due = models.IntegerField(_("未到期分值"), default=0)
    not_applicable = models.IntegerField(_("不适用分值"), default=0)
    met = models.PositiveIntegerField(_("满足条数"), default=0)
    failed = models.PositiveIntegerField(_("未满足条数"), default=0)
    #: Parts of ``earned`` beyond the points of its clauses: added, taken away, zeroed by another clause.
    bonus = models.IntegerField(_("加分"), default=0)
    penalty = models.IntegerField(_("扣分"), default=0)
    zeroed = models.IntegerField(_("整项不得分"), default=0)
    #: The key of the level; empty while open points leave more than one possible, and without levels.
    level = models.CharField(_("等次"), max_length=64, blank=True, default="")
    level_low = models.CharField(_("最低可能等次"), max_length=64, blank=True, default="")
    level_high = models.CharField(_("最高可能等次"), max_length=64, blank=True, default="")
    #: On trial (试行) or in force on the judging day: what is only observed binds nobody.
    mode = models.CharField(
        _("方式"), max_length=16, choices=Adoption.Mode, default=Adoption.Mode.ENFORCE
    )

    class Meta:
        abstract = True

    @property
    def is_trial(self) -> bool:
        return self.mode == Adoption.Mode.OBSERVE


class Finding(FindingFields):
    """The current view of one clause for one unit and year."""

    # Derived, written for a whole county at once, of units that are there: one check of the key for each row is a
    # tenth of the time. The unit stands first in the unique constraint, so it needs no index of its own.
    unit = models.ForeignKey(
        "organization.Unit",
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("组织"),
        db_constraint=False,
        db_index=False,
    )
    standard = models.CharField(_("标准"), max_length=64)
    year = models.PositiveSmallIntegerField(_("年度"))

    class Meta:
        verbose_name = _("当前评判")
        constraints = [
            models.UniqueConstraint(
                name="finding_once", fields=["unit", "standard", "year", "clause"]
            )
        ]
        indexes = [models.Index(fields=["standard", "year", "clause"])]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.clause} {self.verdict}"


class Score(ScoreFields):
    """The current total of one unit, with the day it was judged for and the pack it was judged by."""

    standard = models.CharField(_("标准"), max_length=64)
    year = models.PositiveSmallIntegerField(_("年度"))
    as_of = models.DateField(_("评判日"))
    pack = models.ForeignKey(
        "packs.PackVersion",
        verbose_name=_("制度包版本"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    judged_at = models.DateTimeField(_("评判时间"))
    #: Of the findings that belong to it: where it is the same, none of them has to be read or written.
    findings_digest = models.CharField(_("评判摘要"), max_length=32, blank=True, default="")
    #: Facts changed since; a past year is judged anew when somebody asks for it.
    is_stale = models.BooleanField(_("待重评"), default=False)

    class Meta:
        verbose_name = _("当前得分")
        constraints = [
            models.UniqueConstraint(name="score_once", fields=["unit", "standard", "year"])
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.standard} {self.earned}"


class KeptQuerySet(models.QuerySet):
    """Rows of runs: once the run is published nothing changes or removes them."""

    published = "run__published_at__isnull"

    def _refuse(self) -> None:
        if self.filter(**{self.published: False}).exists():
            raise RuleBroken(_("评判结果已经发布，不能再改。需要更正的，请另作一次评判并发布。"))

    def update(self, **values):
        self._refuse()
        return super().update(**values)

    def delete(self):
        self._refuse()
        return super().delete()

    def bulk_update(self, objs, fields, batch_size=None):
        self.filter(pk__in=[one.pk for one in objs])._refuse()
        return super().bulk_update(objs, fields, batch_size)


class KeptRunQuerySet(KeptQuerySet):
    published = "published_at__isnull"

    def visible_to(self, user):
        return self.filter(scope__in=Unit.objects.visible_to(user))


class Kept(models.Model):
    """Refuses to be saved or removed by its row once published."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.pk:
            type(self).objects.filter(pk=self.pk)._refuse()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        type(self).objects.filter(pk=self.pk)._refuse()
        return super().delete(*args, **kwargs)


class Run(Kept):
    """A judgement of many units kept for good, pinned to pack, tree and facts."""

    standard = models.CharField(_("标准"), max_length=64)
    pack = models.ForeignKey(
        "packs.PackVersion",
        verbose_name=_("制度包版本"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    pack_digest = models.CharField(_("制度包摘要"), max_length=64)
    tree_digest = models.CharField(_("组织树摘要"), max_length=64)
    facts_digest = models.CharField(_("事实摘要"), max_length=64)
    scope = models.ForeignKey(
        "organization.Unit", verbose_name=_("范围"), on_delete=models.PROTECT, related_name="+"
    )
    #: As it was called when judged: a later renaming changes nothing that was published.
    scope_name = models.CharField(_("范围名称"), max_length=128)
    as_of = models.DateField(_("评判日"))
    title = models.CharField(_("名称"), max_length=128)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("评判人"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField(_("评判时间"), auto_now_add=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    objects = KeptRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("评判批次")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title


class RunFinding(Kept, FindingFields):
    run = models.ForeignKey(
        Run, verbose_name=_("评判批次"), on_delete=models.CASCADE, related_name="findings"
    )
    #: Frozen at publication.
    explanation = models.JSONField(_("说明"), null=True, blank=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("批次评判")
        constraints = [
            models.UniqueConstraint(name="runfinding_once", fields=["run", "unit", "clause"])
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.unit_id} {self.clause}"


class RunScore(Kept, ScoreFields):
    run = models.ForeignKey(
        Run, verbose_name=_("评判批次"), on_delete=models.CASCADE, related_name="scores"
    )
    #: Names and place on the day of judgement, so that a later merger changes nothing.
    unit_name = models.CharField(_("组织名称"), max_length=128)
    parent_name = models.CharField(_("上级名称"), max_length=128, blank=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("批次得分")
        constraints = [models.UniqueConstraint(name="runscore_once", fields=["run", "unit"])]

    def __str__(self) -> str:
        return f"{self.run_id} {self.unit_name} {self.earned}"


class BackTestQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope__in=Unit.objects.visible_to(user))


class BackTest(models.Model):
    """A draft tried on the facts of a day. It binds nobody and writes no finding."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("正在试算")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没有算成")

    scope = models.ForeignKey(
        "organization.Unit", verbose_name=_("范围"), on_delete=models.PROTECT, related_name="+"
    )
    standard = models.CharField(_("标准"), max_length=64)
    draft = models.ForeignKey(
        "packs.PackVersion",
        verbose_name=_("试算的制度包"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    #: A draft may be brought again with other content: what was tried is this.
    draft_digest = models.CharField(_("试算的摘要"), max_length=64)
    as_of = models.DateField(_("评判日"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("试算人"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(_("状态"), max_length=16, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(_("已试算"), default=0)
    total = models.PositiveIntegerField(_("总数"), default=0)
    message = models.TextField(_("说明"), blank=True)
    #: Said and counted as it was that day; see ``trying.result_data``.
    result = models.JSONField(_("结果"), null=True, blank=True)
    made_at = models.DateTimeField(_("试算时间"), auto_now_add=True)
    #: The last sign of life of the worker.
    beat_at = models.DateTimeField(_("最近进展"), null=True, blank=True)

    objects = BackTestQuerySet.as_manager()

    class Meta:
        verbose_name = _("试算")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.draft} {self.as_of}"

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)


class HandScoreQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(unit__in=Unit.objects.visible_to(user))

    def current(self):
        """Those that count; a replaced one stays to be read."""
        return self.filter(replaced_at__isnull=True)


class HandScore(models.Model):
    """Points that a person gave for what no record can judge, with the reason and who it was.

    A correction is a new row; the old one stays with the moment it was replaced.
    """

    class Assessor(models.TextChoices):
        SUPERIOR = "superior", _("上级评分")
        PANEL = "panel", _("评审组评分")
        SPOT_CHECK = "spot_check", _("抽查评分")

    unit = models.ForeignKey(
        "organization.Unit", verbose_name=_("组织"), on_delete=models.CASCADE, related_name="+"
    )
    standard = models.CharField(_("标准"), max_length=64)
    year = models.PositiveSmallIntegerField(_("年度"))
    clause = models.CharField(_("条款"), max_length=96)
    assessor = models.CharField(_("评分方式"), max_length=16, choices=Assessor)
    points = models.IntegerField(_("得分"))
    #: The step of the clause's scale that was chosen, as it was called then; empty: free points.
    choice = models.CharField(_("档次"), max_length=128, blank=True, default="")
    reason = models.CharField(_("理由"), max_length=500)
    by = models.CharField(_("评分人"), max_length=128)
    at = models.DateTimeField(_("评分时间"))
    replaced_at = models.DateTimeField(_("更正时间"), null=True, blank=True)

    objects = HandScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("人工评分")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="handscore_current_once",
                fields=["unit", "standard", "year", "clause"],
                condition=models.Q(replaced_at__isnull=True),
            ),
            models.CheckConstraint(
                name="handscore_points_not_negative", condition=models.Q(points__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.clause} {self.points}"


class ExemptionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(unit__in=Unit.objects.visible_to(user))

    def held_on(self, day):
        return self.filter(from_on__lte=day, to_on__gte=day)


class Exemption(models.Model):
    """A clause that a unit need not meet for a time, with the reason and who said so."""

    unit = models.ForeignKey(
        "organization.Unit", verbose_name=_("组织"), on_delete=models.CASCADE, related_name="+"
    )
    standard = models.CharField(_("标准"), max_length=64)
    clause = models.CharField(_("条款"), max_length=96)
    reason = models.CharField(_("理由"), max_length=200)
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"))
    by = models.CharField(_("批准人"), max_length=128)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("豁免")
        ordering = ["unit", "clause"]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.clause}"
