"""Word files for Chinese readers: fonts that Word and WPS hold to, tables that keep their widths, same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

#: The faces of official papers; a machine without them falls back by itself.
BODY, HEAD, TITLE = "仿宋_GB2312", "黑体", "方正小标宋简体"
_LATIN = "Times New Roman"
#: A4 between these margins leaves 166 mm for text, 164 of them for tables.
_SIDE, _TOP = 22, 25
_SHADE = "DDE7F0"
#: The oldest moment that a zip archive can name.
_FIRST = (1980, 1, 1, 0, 0, 0)


class WordFile:
    """A document that is written from top to bottom."""

    def __init__(self, title: str, day: date) -> None:
        self._document = Document()
        self._breaks = False
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(_SIDE)
        section.top_margin = section.bottom_margin = Mm(_TOP)
        normal = self._document.styles["Normal"]
        normal.font.size = Pt(12)
        _faces(normal.element.get_or_add_rPr(), BODY)
        normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
        normal.paragraph_format.line_spacing = Pt(20)
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # a property, not a moment
        properties = self._document.core_properties
        properties.title, properties.author, properties.comments = title, "", ""
        properties.created = properties.modified = properties.last_printed = moment
        properties.revision, properties.last_modified_by = 1, ""
        _page_number(section.footer.paragraphs[0])

    def title(self, text: str, below: Sequence[str] = ()) -> None:
        self._add(text, TITLE, 20, align=WD_ALIGN_PARAGRAPH.CENTER, line=30)
        for line in below:
            self._add(line, BODY, 12, align=WD_ALIGN_PARAGRAPH.CENTER)
        self.gap()

    def heading(self, text: str) -> None:
        paragraph = self._add(text, HEAD, 14, line=26)
        paragraph.paragraph_format.space_before = Pt(8)
        paragraph.paragraph_format.keep_with_next = True

    def subheading(self, text: str) -> None:
        paragraph = self._add(text, HEAD, 12)
        paragraph.paragraph_format.space_before = Pt(8)
        paragraph.paragraph_format.keep_with_next = True

    def text(self, text: str, *, label: str = "", large: bool = False) -> None:
        """A paragraph; ``label`` stands before it in the heading face."""
        size = 14 if large else 12
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(24 if large else 20)
        if label:
            _run(paragraph, f"{label}：", HEAD, size)
        _run(paragraph, text, BODY, size)

    def gap(self) -> None:
        self._add("", BODY, 6, line=8)

    def new_page(self) -> None:
        """What is added next (a title or a heading) begins a page."""
        self._breaks = True

    def table(
        self, headings: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]]
    ) -> None:
        """A bordered table. ``widths`` in millimetres add up to the text width; the heading row is repeated."""
        table = self._document.add_table(rows=0, cols=len(headings))
        table.style = "Table Grid"
        table.autofit = False
        _in_line_with_text(table)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for place, texts in enumerate((headings, *rows)):
            row = table.add_row()
            _row_words(row, "w:cantSplit")
            if not place:
                _row_words(row, "w:tblHeader")
            for cell, text, width in zip(row.cells, texts, widths, strict=True):
                cell.width = Mm(width)
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.line_spacing = Pt(16)
                _run(paragraph, text, BODY if place else HEAD, 10.5)
                if not place:
                    _shaded(cell)
        self.gap()

    def bytes(self) -> bytes:
        """The file, without the moment at which it was written."""
        first = io.BytesIO()
        self._document.save(first)
        found = io.BytesIO()
        with zipfile.ZipFile(first) as old, zipfile.ZipFile(found, "w") as new:
            for name in sorted(old.namelist(), key=lambda name: (name != _TYPES, name)):
                entry = zipfile.ZipInfo(name, _FIRST)
                entry.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(entry, old.read(name))
        return found.getvalue()

    def _add(self, text: str, face: str, size: float, *, align: Any = None, line: int = 20) -> Any:
        paragraph = self._document.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.line_spacing = Pt(line)
        if self._breaks:
            paragraph.paragraph_format.page_break_before = True
            self._breaks = False
        _run(paragraph, text, face, size)
        return paragraph


#: Readers look for the list of types first.
_TYPES = "[Content_Types].xml"


def _run(paragraph: Any, text: str, face: str, size: float) -> Any:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.color.rgb = RGBColor(0, 0, 0)
    _faces(run._r.get_or_add_rPr(), face)
    return run


def _faces(properties: Any, face: str) -> None:
    """Without eastAsia Word takes its own face for Chinese; the hint makes “” Chinese too."""
    fonts = properties.get_or_add_rFonts()
    for place, name in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", face)):
        fonts.set(qn(f"w:{place}"), name)
    fonts.set(qn("w:hint"), "eastAsia")


def _row_words(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _in_line_with_text(table: Any) -> None:
    """Word hangs the border out into the margin unless told."""
    indent = OxmlElement("w:tblInd")
    indent.set(qn("w:w"), "108")
    indent.set(qn("w:type"), "dxa")
    table._tbl.tblPr.append(indent)


def _shaded(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _SHADE)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", BODY, 10.5)
    run = _run(paragraph, "", BODY, 10.5)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)
    _run(paragraph, " —", BODY, 10.5)
