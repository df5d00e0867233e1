"""Installing packs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.packs import selectors
from zhibu.packs.keepers import may_draft, may_publish
from zhibu.packs.models import PackVersion
from zhibu.packs.uploads import upload_laid_out
from zhibu.shared import clock
from zhibu.shared.discovery import discover
from zhibu.shared.errors import RuleBroken
from zhibu_engine.packs import Pack, PackError, pack_read, packs_merge


@transaction.atomic
def pack_install(*, path: Path, actor: Any) -> PackVersion:
    """Check, compile and publish the pack in a folder. The same version again changes nothing.

    Raises:
        PermissionDenied: the actor may not publish this pack.
        RuleBroken: the pack has mistakes, a pack it needs is not installed, or this version
            was installed with other content (a published version never changes).
    """
    pack = _read(path)
    if not may_publish(actor, selectors.packs_changed_by(pack.key)):
        raise PermissionDenied
    known = _known(pack)
    if known is not None and not known.is_draft:
        return known
    version = _kept(pack, known)
    return _publish(version, actor, "packs.installed")


@transaction.atomic
def pack_draft(*, path: Path, actor: Any) -> PackVersion:
    """Check, compile and keep a pack as a draft, to be tried. It binds nobody.

    The same version may be brought again with other content until it is published.

    Raises:
        PermissionDenied: the actor brings no packs.
        RuleBroken: as for :func:`pack_install`.
    """
    if not may_draft(actor):
        raise PermissionDenied
    pack = _read(path)
    known = _known(pack)
    if known is not None and not known.is_draft:
        raise RuleBroken(
            _("制度包“%(title)s”的 %(version)s 版已经发布。要改动，请换一个版本号再上传。")
            % {"title": pack.title, "version": pack.version}
        )
    version = _kept(pack, known)
    _tell(version, actor, "packs.drafted")
    return version


def pack_upload(*, filename: str, data: bytes, actor: Any) -> PackVersion:
    """Keep an uploaded workbook, or a zip of a pack's folder, as a draft (see :func:`pack_draft`)."""
    if not may_draft(actor):
        raise PermissionDenied
    with upload_laid_out(filename, data) as path:
        return pack_draft(path=path, actor=actor)


@transaction.atomic
def pack_publish(*, version: PackVersion, actor: Any) -> PackVersion:
    """From now on the draft is the newest version for all who follow it, and never changes.

    Raises:
        PermissionDenied: the pack, or one that stands on it, binds units the actor does not manage.
        RuleBroken: it is published already.
    """
    version = PackVersion.objects.select_for_update().get(pk=version.pk)
    if not may_publish(actor, selectors.packs_changed_by(version.key)):
        raise PermissionDenied
    if not version.is_draft:
        raise RuleBroken(_("这个版本已经发布，不能再次发布。"))
    # The packs below it may have got new versions since it was brought.
    pack = selectors.pack_content(version)
    version.compiled = _compiled(pack)
    return _publish(version, actor, "packs.published")


def _read(path: Path) -> Pack:
    try:
        return pack_read(Path(path))
    except PackError as error:
        raise RuleBroken(str(error)) from error


def _known(pack: Pack) -> PackVersion | None:
    """The row of this very version; refuses one that is published with other content."""
    rows = PackVersion.objects.select_for_update().filter(key=pack.key, version=pack.version)
    known = rows.first()
    if known is not None and not known.is_draft and known.digest != pack.digest:
        raise RuleBroken(
            _(
                "制度包“%(title)s”的 %(version)s 版已经发布，内容不能再改。请在 pack.yaml 中换一个版本号后再安装。"
            )
            % {"title": pack.title, "version": pack.version}
        )
    return known


def _kept(pack: Pack, draft: PackVersion | None) -> PackVersion:
    version = draft or PackVersion(key=pack.key, version=pack.version)
    version.title, version.digest = pack.title, pack.digest
    version.content, version.compiled = pack.dump(), _compiled(pack)
    version.full_clean(exclude=["compiled"])
    if draft is None:
        version.save(force_insert=True)
    else:
        version.save(update_fields=["title", "digest", "content", "compiled"])
    return version


def _compiled(pack: Pack) -> dict[str, Any]:
    try:
        words = packs_merge([*_bases(pack), pack])
    except PackError as error:
        raise RuleBroken(str(error)) from error
    compiled: dict[str, Any] = {}
    # The engine's compiler belongs to the app that judges; it registers itself.
    for module in discover("compilers"):
        compiled.update(module.words_compile(words, tuple(pack.standards)))
    return compiled


def _publish(version: PackVersion, actor: Any, action: str) -> PackVersion:
    version.published_at = clock.now()
    version.save(update_fields=["published_at", "compiled"])
    _tell(version, actor, action)
    return version


def _tell(version: PackVersion, actor: Any, action: str) -> None:
    event_record(
        actor=actor,
        action=action,
        target=f"packs.packversion:{version.pk}",
        title=version.title,
        version=version.version,
        digest=version.digest,
    )


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
