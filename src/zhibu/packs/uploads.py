"""A pack as it is uploaded: a workbook, or the folder packed as a zip. Laid out for reading, then removed."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from zlib import error as zlib_error

from django.utils.translation import gettext as _

from zhibu.jobs.guards import file_check
from zhibu.jobs.headings import SheetWrong
from zhibu.shared.errors import RuleBroken

MAX_BYTES = 10 * 1024 * 1024
MAX_INFLATED = 40 * 1024 * 1024
MAX_FILES = 500
_TEXT = (".yaml", ".yml", ".md")


@contextmanager
def upload_laid_out(filename: str, data: bytes) -> Iterator[Path]:
    """Where the pack of an uploaded file can be read.

    Raises:
        RuleBroken: neither a workbook nor a zip of a pack's folder, or too large.
    """
    if len(data) > MAX_BYTES:
        raise RuleBroken(_("文件超过 10 MB，制度包用不了这么大。请检查是不是选错了文件。"))
    with tempfile.TemporaryDirectory(prefix="zhibu-pack-") as name:
        folder = Path(name)
        if filename.lower().endswith(".xlsx"):
            yield _workbook(folder, filename, data)
        elif filename.lower().endswith(".zip"):
            yield _unpacked(folder, data)
        else:
            raise RuleBroken(
                _("请上传制度包的 Excel 工作簿（.xlsx），或者整个文件夹的压缩包（.zip）。")
            )


def _workbook(folder: Path, filename: str, data: bytes) -> Path:
    try:
        file_check(data, filename)
    except SheetWrong as error:
        raise RuleBroken(str(error)) from error
    path = folder / "pack.xlsx"
    path.write_bytes(data)
    return path


def _unpacked(folder: Path, data: bytes) -> Path:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(files)
            left = MAX_INFLATED
            for entry in files:
                if PurePosixPath(entry.filename).suffix.lower() in _TEXT:
                    left -= _write(archive, entry, folder, left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib_error) as error:
        raise RuleBroken(_("压缩包打不开。请重新压缩后再上传，不要加密码。")) from error
    found = [path.parent for path in sorted(folder.glob("**/pack.yaml"))]
    if len(found) != 1:
        raise RuleBroken(
            _("压缩包里要有一个制度包，也就是一个 pack.yaml。请只压缩一个制度包的文件夹。")
        )
    return found[0]


def _check(files: list[zipfile.ZipInfo]) -> None:
    if len(files) > MAX_FILES or sum(entry.file_size for entry in files) > MAX_INFLATED:
        raise RuleBroken(_("压缩包里的文件太多或者太大，不像是制度包。请只压缩制度包的文件夹。"))
    for entry in files:
        path = PurePosixPath(entry.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename:
            raise RuleBroken(_("压缩包里的文件位置不对。请重新压缩制度包的文件夹后再上传。"))


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, left: int) -> int:
    """Read no more than is left: a directory may lie about sizes."""
    with archive.open(entry) as packed:
        content = packed.read(left + 1)
    if len(content) > left:
        raise RuleBroken(_("压缩包里的文件太大，不像是制度包。请只压缩制度包的文件夹。"))
    path = folder.joinpath(*PurePosixPath(entry.filename).parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return len(content)
