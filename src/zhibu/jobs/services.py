"""The acts of an import: begin, read, answer, confirm, write, drop, recover."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zhibu.audit.services import event_record
from zhibu.files.services import blob_drop, blob_read, blob_store
from zhibu.jobs import previews, progress
from zhibu.jobs.importers import Importer, PreviewRow, Reading, SheetWrong, Table, importer_find
from zhibu.jobs.models import Import
from zhibu.jobs.sheets import table_read
from zhibu.shared import changes, clock
from zhibu.shared.errors import RuleBroken

log = logging.getLogger(__name__)
Told = Callable[[int, int], None]
State = Import.State
#: States in which a person may still say yes, answer or read again.
OPEN = (State.PREVIEWED, State.REFUSED)
#: How the program itself signs, when somebody works on the server's command line.
COMMAND_LINE = "命令行"
_SEALED = "application/x-zhibu-sealed"


class Stale(RuleBroken):
    """What the preview was compared with is no longer so."""


@dataclass(slots=True)
class Judged:
    importer: Importer
    reading: Reading
    rows: list[PreviewRow]


def import_begin(
    *, kind: str, filename: str, data: bytes, actor: Any, options: Mapping[str, Any] | None = None
) -> Import:
    """Keep the uploaded file, sealed. Nothing is read yet.

    Raises:
        PermissionDenied: the actor imports no such sheets.
    """
    importer = _importer(kind)
    if not importer.may_import(actor):
        raise PermissionDenied
    with transaction.atomic():
        source = blob_store(data=previews.seal(data), media_type=_SEALED)
        made = Import(
            kind=kind, filename=filename[-255:], source=source, options=dict(options or {})
        )
        made.by = None if isinstance(actor, str) else actor
        made.full_clean(exclude=["source", "preview", "by", "options", "answers", "counts"])
        made.save()
        event_record(
            actor=actor,
            action="jobs.uploaded",
            target=_target(made),
            kind=kind,
            filename=made.filename,
        )
    progress.clear(made.pk)
    return made


def import_read(*, import_id: int, told: Told | None = None) -> Import:
    """Read and judge the sheet; leaves ``PREVIEWED``, or ``REFUSED`` with the reason."""
    made = Import.objects.get(pk=import_id)
    if made.state != State.READING:
        return made
    with progress.worker(made.pk, told) as report:
        try:
            judged = _judge(made, report)
        except (SheetWrong, RuleBroken) as error:
            return _end(made, State.REFUSED, str(error))
        except Exception:
            log.exception("import %s could not be read", made.pk)
            _end(
                made, State.REFUSED, _("读取时程序出错，没有写入任何内容。请把文件交给管理员检查。")
            )
            raise
        return _keep_preview(made, judged)


def _judge(made: Import, report: Told) -> Judged:
    importer = _importer(made.kind)
    report(0, 0)
    data = previews.unseal(blob_read(blob=made.source))
    table = table_read(data, made.filename, importer.columns, importer.max_rows)
    total = len(table)
    reading = Reading(
        table=table,
        actor=_actor(made),
        day=clock.today(),
        options=made.options,
        answers={int(number): key for number, key in made.answers.items()},
        progress=lambda done: report(done, total),
    )
    report(0, total)
    return Judged(importer, reading, list(importer.read(reading)))


@transaction.atomic
def _keep_preview(made: Import, judged: Judged) -> Import:
    earlier = made.preview
    made.preview = blob_store(data=previews.preview_write(judged.rows), media_type=_SEALED)
    table = judged.reading.table
    made.counts = {
        **previews.rows_count(judged.rows),
        "digest": previews.rows_digest(judged.rows),
        "sheet": table.sheet,
        "ignored": [" ".join(name.split()) for name in table.unknown[:20]],
    }
    made.state, made.message = State.PREVIEWED, ""
    made.done = made.total = len(judged.rows)
    made.save(update_fields=["preview", "counts", "state", "message", "done", "total"])
    if earlier is not None:
        blob_drop(blob=earlier)
    return made


def _end(made: Import, state: str, message: str) -> Import:
    made.state, made.message, made.ended_at = state, message, clock.now()
    made.save(update_fields=["state", "message", "ended_at"])
    return made


@transaction.atomic
def import_answer(*, import_id: int, answers: Mapping[int, str], actor: Any) -> Import:
    """Keep what a person answered and ask for a new reading (the caller starts it)."""
    made = _locked(import_id, actor)
    _require_open(made)
    if made.preview is None:
        raise RuleBroken(_("这次导入还没有预览，请先重新读取。"))
    preview = previews.Preview.open(blob_read(blob=made.preview))
    asked = {
        row.number: {c.key for c in row.choices} for row in preview.rows(preview.places("ask"))
    }
    for number, key in answers.items():
        if key in asked.get(number, ()):
            made.answers[str(number)] = key
        elif key == "":
            made.answers.pop(str(number), None)
        else:
            raise RuleBroken(_("第 %(row)d 行的答复已不适用，请刷新本页后重选。") % {"row": number})
    return _to_reading(made)


@transaction.atomic
def import_reread(*, import_id: int, actor: Any) -> Import:
    """Ask for a new reading of the same file (the caller starts it)."""
    made = _locked(import_id, actor)
    _require_open(made)
    return _to_reading(made)


def _to_reading(made: Import) -> Import:
    made.state, made.message, made.ended_at = State.READING, "", None
    made.save(update_fields=["answers", "state", "message", "ended_at"])
    progress.clear(made.pk)
    return made


@transaction.atomic
def import_confirm(*, import_id: int, actor: Any) -> Import:
    """A person's yes. Writing itself is :func:`import_write`, which the caller starts."""
    made = _locked(import_id, actor)
    _require_open(made)
    if made.preview is None:
        raise RuleBroken(_("这次导入没有可确认的预览，请重新上传。"))
    if not made.counts.get("new", 0) + made.counts.get("changed", 0):
        raise RuleBroken(_("没有可导入的行：没有新增，也没有变化。"))
    made.state, made.message, made.ended_at = State.COMMITTING, "", None
    made.save(update_fields=["state", "message", "ended_at"])
    progress.clear(made.pk)
    return made


def import_write(*, import_id: int, told: Told | None = None) -> Import:
    """Write all good rows in one transaction, or nothing; leaves ``COMMITTED`` or ``REFUSED``."""
    made = Import.objects.get(pk=import_id)
    if made.state != State.COMMITTING:
        return made
    with progress.worker(made.pk, told) as report:
        try:
            return _write(made, report)
        except (SheetWrong, RuleBroken) as error:
            message = str(error)
        except ValidationError as error:
            message = " ".join(error.messages)
        except PermissionDenied:
            message = _("您的权限已变化，不能再导入这些数据。请联系管理员。")
        except Exception:
            log.exception("import %s could not be written", made.pk)
            _refuse(made, _("写入时程序出错，没有写入任何内容。请联系管理员后重试。"))
            raise
        return _refuse(made, message)


def _write(made: Import, report: Told) -> Import:
    # Units are judged inside the transaction, once, when all rows are in.
    with transaction.atomic(), changes.deferred():
        made = Import.objects.select_for_update().get(pk=made.pk)
        if not _importer(made.kind).may_import(_actor(made)):
            raise PermissionDenied
        judged = _judge(made, report)
        if previews.rows_digest(judged.rows) != made.counts.get("digest"):
            raise Stale(
                _(
                    "预览之后，系统里的相关数据有了改动（或日期已变），没有写入任何内容。请重新读取，看过新的预览再确认。"
                )
            )
        good = [row for row in judged.rows if row.state in ("new", "changed")]
        written = judged.importer.commit(judged.reading, good)
        made.state, made.message, made.ended_at = State.COMMITTED, "", clock.now()
        made.counts = {**made.counts, "written": written}
        made.save(update_fields=["state", "message", "ended_at", "counts"])
        event_record(
            actor=_actor(made), action="jobs.imported", target=_target(made), kind=made.kind,
            filename=made.filename, rows=len(good),
        )  # fmt: skip
    return made


def _refuse(made: Import, message: str) -> Import:
    return _end(Import.objects.get(pk=made.pk), State.REFUSED, message)


@transaction.atomic
def import_drop(*, import_id: int, actor: Any) -> Import:
    """Give it up; what was confirmed before stays."""
    made = _locked(import_id, actor)
    _require_open(made)
    return _end(made, State.DROPPED, "")


def imports_recover() -> int:
    """Set free the imports whose worker was killed. Called at start, by the tick and by the page."""
    freed = 0
    for made in Import.objects.filter(state__in=[State.READING, State.COMMITTING]):
        if not progress.has_died(made.pk):
            continue
        if made.state == State.COMMITTING:
            message = _("程序中断，没有写入任何内容，请重新确认。")
        else:
            message = _("读取时程序中断，请重新读取。")
        # The worker's own last word wins: it is written before its lock is let go.
        freed += Import.objects.filter(pk=made.pk, state=made.state).update(
            state=State.REFUSED, message=message, ended_at=clock.now()
        )
    return freed


def import_table(*, made: Import) -> Table:
    """The uploaded sheet once more, for the sheet to mend."""
    if made.source is None:
        raise RuleBroken(_("原表和预览已到期删除。请重新上传文件。"))
    importer = _importer(made.kind)
    data = previews.unseal(blob_read(blob=made.source))
    return table_read(data, made.filename, importer.columns, importer.max_rows)


def import_preview(*, made: Import) -> previews.Preview | None:
    return previews.Preview.open(blob_read(blob=made.preview)) if made.preview else None


def _locked(import_id: int, actor: Any) -> Import:
    made = Import.objects.select_for_update().get(pk=import_id)
    if (not isinstance(actor, str) and made.by_id != actor.pk) or not _importer(
        made.kind
    ).may_import(actor):
        raise PermissionDenied
    return made


def _require_open(made: Import) -> None:
    if made.source is None:
        raise RuleBroken(_("原表和预览已到期删除。请重新上传文件。"))
    if made.state not in OPEN:
        raise RuleBroken(
            _("这次导入现在是“%(state)s”，不能再改。") % {"state": made.get_state_display()}
        )


def _importer(kind: str) -> Importer:
    found = importer_find(kind)
    if found is None:
        raise RuleBroken(_("没有“%(kind)s”这种导入。") % {"kind": kind})
    return found


def _actor(made: Import) -> Any:
    return made.by or COMMAND_LINE


def _target(made: Import) -> str:
    return f"jobs.import:{made.pk}"
