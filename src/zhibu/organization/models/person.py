"""Persons, and who looked at their private numbers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhibu.organization.models.unit import Unit
from zhibu.shared import clock
from zhibu.shared.discovery import discover


class PersonQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Oneself, and who today belongs to a unit one sees: by posts, and by apps' ``person_units.py``."""
        units = Unit.objects.visible_to(user)
        posts = self.model._meta.get_field("posts").related_model
        held = posts.objects.held_on(clock.today()).filter(unit__in=units)
        known = Q(user=user) | Q(pk__in=held.values("person"))
        for module in discover("person_units"):
            finder = getattr(module, "persons_of_units", None)
            if finder is not None:
                known |= Q(pk__in=finder(units))
        return self.filter(known).distinct()


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
