"""Units with dated parentage, persons, posts, terms, role grants and pack adoption."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhibu.shared import clock
from zhibu.shared.discovery import discover


class DatedQuerySet(models.QuerySet):
    """Rows that hold from a day to a day, both included; an open end is null."""

    def held_on(self, day):
        return self.filter(Q(from_on__isnull=True) | Q(from_on__lte=day)).filter(
            Q(to_on__isnull=True) | Q(to_on__gte=day)
        )


class OfUnitQuerySet(DatedQuerySet):
    """Rows of a unit: seen by whoever sees the unit."""

    def visible_to(self, user):
        return self.filter(unit__in=Unit.objects.visible_to(user))


class PersonQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Oneself, and people of units one sees: by posts, and by what apps above say in ``person_units.py``."""
        units = Unit.objects.visible_to(user)
        known = Q(user=user) | Q(posts__unit__in=units)
        for module in discover("person_units"):
            finder = getattr(module, "persons_of_units", None)
            if finder is not None:
                known |= Q(pk__in=finder(units))
        return self.filter(known).distinct()


class UnitQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Units below (on either line, today) or at a unit on which the user holds a role today."""
        if user.is_installer:
            return self
        today = clock.today()
        granted = RoleGrant.objects.held_on(today).filter(user=user).values("unit")
        below = Ancestry.objects.held_on(today).filter(ancestor__in=granted).values("unit")
        return self.filter(pk__in=below)

    def alive_on(self, day):
        return self.filter(founded_on__lte=day).filter(
            Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=day)
        )

    def branches(self):
        return self.filter(kind__in=[Unit.Kind.BRANCH, Unit.Kind.JOINT_BRANCH])


class Unit(models.Model):
    """A node of the organisation: committees, branches, groups and the bodies around them.

    It lives from ``founded_on`` to ``withdrawn_on``, both included. A merged unit keeps its records.
    """

    class Kind(models.TextChoices):
        COMMITTEE = "committee", _("党委")
        GENERAL_BRANCH = "general_branch", _("党总支")
        BRANCH = "branch", _("党支部")
        JOINT_BRANCH = "joint_branch", _("联合党支部")
        GROUP = "group", _("党小组")
        WORKING_COMMITTEE = "working_committee", _("党工委")
        ORG_DEPARTMENT = "org_department", _("组织部")
        LEADING_GROUP = "leading_group", _("党组")
        INSTITUTION = "institution", _("单位")

    #: National codes of the kinds that have one (peers' and 中组部 2017 practice).
    NATIONAL_CODES = {
        "committee": "611",
        "general_branch": "621",
        "branch": "631",
        "joint_branch": "632",
    }

    class Sector(models.TextChoices):
        VILLAGE = "village", _("村")
        COMMUNITY = "community", _("社区")
        STATE_FIRM = "state_firm", _("国有企业和集体企业")
        UNIVERSITY = "university", _("高校")
        PRIVATE_FIRM = "private_firm", _("非公有制经济组织")
        SOCIAL = "social", _("社会组织")
        PUBLIC_INSTITUTION = "public_institution", _("事业单位")
        ORGAN = "organ", _("党和国家机关")
        MOBILE = "mobile", _("流动党员")
        RETIRED = "retired", _("离退休干部职工")
        OTHER = "other", _("其他")

    code = models.CharField(_("组织代码"), max_length=64, unique=True)
    name = models.CharField(_("组织名称"), max_length=128, db_index=True)
    short_name = models.CharField(_("简称"), max_length=64, blank=True)
    #: Other names under which sheets know it, one a line.
    aliases = models.TextField(_("别名"), blank=True)
    kind = models.CharField(_("组织类别"), max_length=24, choices=Kind)
    sector = models.CharField(_("所属领域"), max_length=24, choices=Sector, blank=True)
    founded_on = models.DateField(_("成立日期"))
    withdrawn_on = models.DateField(_("撤销日期"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("并入"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_temporary = models.BooleanField(_("临时组织"), default=False)
    order = models.PositiveIntegerField(_("排序"), default=0)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("组织")
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(
                name="unit_withdrawn_after_founded",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("founded_on")),
                violation_error_message=_("撤销日期不能早于成立日期。"),
            )
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def is_branch(self) -> bool:
        return self.kind in {self.Kind.BRANCH, self.Kind.JOINT_BRANCH}


class Line(models.TextChoices):
    TREE = "tree", _("隶属")
    GUIDANCE = "guidance", _("归口")


class Placement(models.Model):
    """Under which parent a unit stands on a line, from a day to a day (both included)."""

    unit = models.ForeignKey(
        Unit, verbose_name=_("组织"), on_delete=models.CASCADE, related_name="placements"
    )
    parent = models.ForeignKey(
        Unit, verbose_name=_("上级"), on_delete=models.PROTECT, related_name="+"
    )
    line = models.CharField(_("线"), max_length=16, choices=Line, default=Line.TREE)
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("隶属")
        ordering = ["unit", "line", "from_on"]
        constraints = [
            models.CheckConstraint(
                name="placement_not_own_parent",
                condition=~Q(unit=F("parent")),
                violation_error_message=_("组织不能隶属于自己。"),
            ),
            models.CheckConstraint(
                name="placement_ends_after_start",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                violation_error_message=_("止日不能早于起日。"),
            ),
            models.UniqueConstraint(
                name="placement_start_once", fields=["unit", "line", "from_on"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} < {self.parent}"


class Ancestry(models.Model):
    """Closure of placements: who stood above whom, when. Derived; rebuilt when a placement changes.

    Depth 0 is the unit itself, so a subtree is one look-up.
    """

    unit = models.ForeignKey(
        Unit, verbose_name=_("组织"), on_delete=models.CASCADE, related_name="+"
    )
    ancestor = models.ForeignKey(
        Unit, verbose_name=_("上级"), on_delete=models.CASCADE, related_name="+"
    )
    line = models.CharField(_("线"), max_length=16, choices=Line)
    depth = models.PositiveSmallIntegerField(_("层级差"))
    from_on = models.DateField(_("起"), null=True, blank=True)
    to_on = models.DateField(_("止"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("上级链")
        indexes = [
            models.Index(fields=["ancestor", "line", "depth"]),
            models.Index(fields=["unit", "line", "depth"]),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} <{self.depth} {self.ancestor_id}"


class Person(models.Model):
    """Anyone a record must name, with the least data.

    Identity number and phone are encrypted and found by a keyed index; both may be absent.
    """

    class Sex(models.TextChoices):
        UNKNOWN = "unknown", _("未知")
        MALE = "male", _("男")
        FEMALE = "female", _("女")

    name = models.CharField(_("姓名"), max_length=64, db_index=True)
    #: Tells apart people of one name where a sheet has no identity number, e.g. 大、小.
    name_note = models.CharField(_("同名标记"), max_length=16, blank=True)
    sex = models.CharField(_("性别"), max_length=8, choices=Sex, default=Sex.UNKNOWN)
    born_on = models.DateField(_("出生日期"), null=True, blank=True)
    id_cipher = models.BinaryField(_("身份证号密文"), null=True, blank=True)
    id_index = models.CharField(
        _("身份证号索引"), max_length=64, null=True, blank=True, unique=True
    )
    phone_cipher = models.BinaryField(_("手机号密文"), null=True, blank=True)
    phone_index = models.CharField(
        _("手机号索引"), max_length=64, null=True, blank=True, db_index=True
    )
    #: First letters of the name's pinyin, lower case, and its stroke-count sort key.
    pinyin_initials = models.CharField(_("拼音首字母"), max_length=64, blank=True, db_index=True)
    stroke_key = models.CharField(_("笔画序"), max_length=64, blank=True, db_index=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("账号"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="person",
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("人员")
        ordering = ["stroke_key", "pk"]

    def __str__(self) -> str:
        return f"{self.name}（{self.name_note}）" if self.name_note else self.name


class Post(models.Model):
    """A post held by a person in a unit from a day to a day. ``code`` is a pack code (codes: post)."""

    person = models.ForeignKey(
        Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="posts"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("组织"), on_delete=models.PROTECT, related_name="posts"
    )
    code = models.CharField(_("职务"), max_length=48)
    duty = models.CharField(_("分工"), max_length=200, blank=True)
    from_on = models.DateField(_("任职日期"))
    to_on = models.DateField(_("离任日期"), null=True, blank=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        ordering = ["unit", "code", "from_on"]
        constraints = [
            models.CheckConstraint(
                name="post_ends_after_start",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                violation_error_message=_("离任日期不能早于任职日期。"),
            ),
            models.UniqueConstraint(
                name="post_start_once", fields=["person", "unit", "code", "from_on"]
            ),
        ]
        indexes = [models.Index(fields=["unit", "code"])]

    def __str__(self) -> str:
        return f"{self.person} {self.code}"


class Term(models.Model):
    """A term of office of a unit's committee or secretary; ``to_on`` is the day it runs out."""

    unit = models.ForeignKey(
        Unit, verbose_name=_("组织"), on_delete=models.CASCADE, related_name="terms"
    )
    from_on = models.DateField(_("本届起"))
    to_on = models.DateField(_("本届届满"))
    extended_to = models.DateField(_("批准延期至"), null=True, blank=True)
    approval = models.CharField(_("延期批复"), max_length=128, blank=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("届期")
        ordering = ["unit", "from_on"]
        constraints = [
            models.CheckConstraint(
                name="term_ends_after_start",
                condition=Q(to_on__gt=F("from_on")),
                violation_error_message=_("届满日期应晚于本届开始日期。"),
            ),
            models.UniqueConstraint(name="term_start_once", fields=["unit", "from_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.from_on}–{self.to_on}"


class RoleGrant(models.Model):
    """A role of an account on a unit and all that stands below it, on either line."""

    class Role(models.TextChoices):
        MEMBER = "member", _("党员")
        RECORDER = "recorder", _("记录员")
        SECRETARY = "secretary", _("书记")
        TOWNSHIP = "township", _("乡镇或工委工作人员")
        COUNTY = "county", _("组织部工作人员")
        INSPECTOR = "inspector", _("检查员")
        AUDITOR = "auditor", _("审计员")
        ADMINISTRATOR = "administrator", _("管理员")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("账号"),
        on_delete=models.CASCADE,
        related_name="grants",
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("组织"), on_delete=models.CASCADE, related_name="+"
    )
    role = models.CharField(_("角色"), max_length=16, choices=Role)
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"), null=True, blank=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("授权")
        ordering = ["user", "unit", "role"]
        constraints = [
            models.UniqueConstraint(
                name="rolegrant_once", fields=["user", "unit", "role", "from_on"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"


class Adoption(models.Model):
    """A pack adopted by a unit, and so by all below it on the tree line, from a day."""

    class Mode(models.TextChoices):
        OBSERVE = "observe", _("试行")
        ENFORCE = "enforce", _("执行")

    unit = models.ForeignKey(
        Unit, verbose_name=_("组织"), on_delete=models.CASCADE, related_name="adoptions"
    )
    pack_key = models.CharField(_("制度包"), max_length=64)
    #: Empty: the newest published version.
    pack_version = models.CharField(_("版本"), max_length=32, blank=True)
    mode = models.CharField(_("方式"), max_length=16, choices=Mode, default=Mode.ENFORCE)
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"), null=True, blank=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("采用制度包")
        ordering = ["unit", "pack_key", "from_on"]
        constraints = [
            models.UniqueConstraint(
                name="adoption_start_once", fields=["unit", "pack_key", "from_on"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.pack_key}"


class SensitiveView(models.Model):
    """Who looked at a person's full identity number, phone or address, when and for what."""

    person = models.ForeignKey(
        Person, verbose_name=_("人员"), on_delete=models.CASCADE, related_name="+"
    )
    viewer = models.CharField(_("查看人"), max_length=128)
    fields = models.CharField(_("查看内容"), max_length=128)
    purpose = models.CharField(_("用途"), max_length=200)
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("查看登记")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.viewer} {self.at}"
