"""Installing packs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.packs import selectors
from zhibu.packs.models import PackVersion
from zhibu.shared import clock
from zhibu.shared.discovery import discover
from zhibu.shared.errors import RuleBroken
from zhibu_engine.packs import Pack, PackError, pack_read, packs_merge


@transaction.atomic
def pack_install(*, path: Path, actor: Any) -> PackVersion:
    """Check, compile and publish the pack in a folder. The same version again changes nothing.

    Raises:
        RuleBroken: the pack has mistakes, a pack it needs is not installed, or this version
            was installed with other content (a published version never changes).
    """
    if not (isinstance(actor, str) or actor.is_installer):
        raise PermissionDenied
    pack = _read(path)
    known = (
        PackVersion.objects.select_for_update().filter(key=pack.key, version=pack.version).first()
    )
    if known is not None:
        return _same(known, pack)
    return _publish(pack, actor)


def _read(path: Path) -> Pack:
    try:
        return pack_read(Path(path))
    except PackError as error:
        raise RuleBroken(str(error)) from error


def _same(known: PackVersion, pack: Pack) -> PackVersion:
    if known.digest != pack.digest:
        raise RuleBroken(
            _(
                "制度包“%(title)s”的 %(version)s 版已经发布，内容不能再改。请在 pack.yaml 中换一个版本号后再安装。"
            )
            % {"title": pack.title, "version": pack.version}
        )
    return known


def _publish(pack: Pack, actor: Any) -> PackVersion:
    try:
        words = packs_merge([*_bases(pack), pack])
    except PackError as error:
        raise RuleBroken(str(error)) from error
    compiled: dict[str, Any] = {}
    # The engine's compiler belongs to the app that judges; it registers itself.
    for module in discover("compilers"):
        compiled.update(module.words_compile(words, tuple(pack.standards)))
    version = PackVersion(
        key=pack.key,
        version=pack.version,
        title=pack.title,
        digest=pack.digest,
        content=pack.dump(),
        compiled=compiled,
        published_at=clock.now(),
    )
    version.full_clean(exclude=["compiled"])
    version.save()
    event_record(
        actor=actor,
        action="packs.installed",
        target=f"packs.packversion:{version.pk}",
        title=pack.title,
        version=pack.version,
        digest=pack.digest,
    )
    return version


def _bases(pack: Pack) -> list[Pack]:
    """The installed packs it depends on, lowest first."""
    order: dict[str, Pack] = {}

    def add(key: str, wanted_by: str) -> None:
        found = selectors.pack_latest(key)
        if found is None:
            raise RuleBroken(
                _("制度包“%(title)s”依赖“%(key)s”，请先安装“%(key)s”。")
                % {"title": wanted_by, "key": key}
            )
        base = selectors.pack_content(found)
        for below in base.depends:
            if below not in order:
                add(below, base.title)
        order[base.key] = base

    for key in pack.depends:
        if key not in order:
            add(key, pack.title)
    return list(order.values())


def builtin_folder() -> Path | None:
    """Where the packs of the distribution lie: in the wheel, or beside the sources."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "packs_builtin", package.parents[1] / "packs"):
        if folder.is_dir():
            return folder
    return None


def builtin_packs() -> list[Path]:
    """The packs of the distribution, each after those it depends on."""
    folder = builtin_folder()
    waiting = (
        {p.name: p for p in sorted(folder.iterdir()) if (p / "pack.yaml").is_file()}
        if folder
        else {}
    )
    ordered: dict[str, Path] = {}

    def add(name: str) -> None:
        if name in ordered or name not in waiting:
            return
        path = waiting.pop(name)
        for below in _read(path).depends:
            add(below)
        ordered[name] = path

    for name in list(waiting):
        add(name)
    return list(ordered.values())
