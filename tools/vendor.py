"""Copy the pinned front-end files from node_modules into the shared app (`make vendor`).

Only whoever upgrades an asset needs Node; everyone else uses the committed copies.
``--check`` compares VERSIONS.json with package-lock.json and needs no Node.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "src/zhibu/shared/static/shared/vendor"
LOCK = ROOT / "package-lock.json"

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
}

#: Names of Tabler outline icons; `{% icon "name" %}` refuses any other.
ICONS = """
home users user user-circle user-plus user-check user-search calendar calendar-event calendar-month
calendar-plus calendar-due calendar-check file-text file-plus file-import file-export file-spreadsheet
files clipboard-list clipboard-check clipboard-text list-check list-details checklist layout-grid
grid-dots table table-import table-export hierarchy hierarchy-2 sitemap building building-community
building-bank building-estate home-2 tree flag star star-filled award circle-half-2 certificate
chart-bar chart-dots chart-line gauge report report-analytics target trending-up trending-down
settings adjustments filter search sort-ascending sort-descending arrows-sort plus minus x check
circle-check circle-x circle-dashed circle-minus circle-plus circle help-circle info-circle
alert-triangle alert-circle bell clock clock-hour-4 hourglass history refresh reload rotate
edit pencil eraser trash download upload printer eye eye-off lock lock-open key shield shield-check
shield-lock login logout menu-2 dots dots-vertical chevron-left chevron-right chevron-down chevron-up
chevrons-left chevrons-right arrow-left arrow-right arrow-up arrow-down arrow-back-up external-link link
notes note book book-2 books school microphone message message-circle messages phone mail map-pin
id id-badge archive folder bookmark tag tags database scale gavel speakerphone news
player-play versions git-compare git-merge copy bulb heart-handshake coin cash wallet
""".split()


def _strip_source_map(data: bytes) -> bytes:
    return re.sub(rb"/[/*][#@] ?sourceMappingURL=.*?(\*/)?\s*$", b"", data)


def _sprite(modules: Path) -> str:
    symbols = []
    for name in ICONS:
        kind = "filled" if name.endswith("-filled") else "outline"
        stem = name.removesuffix("-filled")
        text = (modules / f"@tabler/icons/icons/{kind}/{stem}.svg").read_text()
        found = re.search(r"<svg[^>]*>(.*)</svg>", text, re.S)
        if not found:
            raise SystemExit(f"{name}: not an svg")
        body = re.sub(r"\n *", "", found.group(1))
        look = (
            'fill="currentColor"'
            if kind == "filled"
            else 'fill="none" stroke="currentColor" stroke-width="2" '
            'stroke-linecap="round" stroke-linejoin="round"'
        )
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {look}>{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _locked_versions() -> dict[str, str]:
    packages = json.loads(LOCK.read_text())["packages"]
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    return {name: packages[f"node_modules/{name}"]["version"] for name in sorted(wanted)}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def build() -> None:
    modules = ROOT / "node_modules"
    OUT.mkdir(parents=True, exist_ok=True)
    for target, source in FILES.items():
        (OUT / target).write_bytes(_strip_source_map((modules / source).read_bytes()))
    (OUT / "icons.svg").write_text(_sprite(modules))
    (OUT / "icons.txt").write_text("\n".join(sorted(ICONS)) + "\n")
    # The CSS and JavaScript carry their notices; the sprite can not.
    (OUT / "icons.LICENSE.txt").write_text((modules / "@tabler/icons/LICENSE").read_text())
    names = [*FILES, "icons.svg"]
    versions = {"packages": _locked_versions(), "sha256": {n: _digest(OUT / n) for n in names}}
    (OUT / "VERSIONS.json").write_text(json.dumps(versions, indent=1) + "\n")


def drop_funding() -> None:
    """Lock files carry no addresses at all, not even of sponsors."""
    lock = json.loads(LOCK.read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


def check() -> int:
    recorded = json.loads((OUT / "VERSIONS.json").read_text())
    problems = []
    if recorded["packages"] != _locked_versions():
        problems.append("VERSIONS.json and package-lock.json differ: run `make vendor`")
    problems += [
        f"{name} was changed by hand"
        for name, digest in recorded["sha256"].items()
        if _digest(OUT / name) != digest
    ]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    if "--check" in sys.argv:
        raise SystemExit(check())
    drop_funding()
    build()
    print(f"{sum(f.stat().st_size for f in OUT.iterdir()) // 1024} KiB in {OUT.relative_to(ROOT)}")
