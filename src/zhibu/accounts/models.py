"""Log-in identity, and nothing else: who a person is stands in ``organization``."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account. It is found by user name or, through a keyed index, by phone number."""

    username = models.CharField(_("用户名"), max_length=64, unique=True)
    display_name = models.CharField(_("显示名"), max_length=64, blank=True)
    phone_index = models.CharField(
        _("手机号索引"), max_length=64, null=True, blank=True, unique=True
    )
    is_active = models.BooleanField(_("启用"), default=True)
    #: The installer of the program: may grant roles anywhere. Sees no identity numbers by it.
    is_installer = models.BooleanField(_("系统管理员"), default=False)
    must_change_password = models.BooleanField(_("首次登录须改密码"), default=True)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = ""

    class Meta:
        verbose_name = _("账号")

    def __str__(self) -> str:
        return self.display_name or self.username
