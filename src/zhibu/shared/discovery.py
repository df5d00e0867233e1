"""Higher apps announce themselves in well-known modules (``facts``, ``nav``, ``audit_words`` …)."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps


@cache
def discover(name: str) -> tuple[ModuleType, ...]:
    """Import ``<app>.<name>`` of every installed app that has it, lowest band first.

    An error inside such a module is an error here: a half-read module would silently
    leave facts or menu entries out.
    """
    found = []
    for config in apps.get_app_configs():
        if config.name.startswith("zhibu.") and find_spec(f"{config.name}.{name}"):
            found.append(import_module(f"{config.name}.{name}"))
    return tuple(found)
