"""Draw docs/map.md from the bands in pyproject.toml and the first words of each README."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.layout import APPS, BANDS  # noqa: E402

HEAD = """# Map

Written by `make snapshot` from the bands in `pyproject.toml` and the apps' READMEs. An app imports
only apps below it, by their doors (`models`, `selectors`, `services`, `policies`, and what its
README names). `zhibu_engine` stands beside them and knows neither Django nor any app.

| band | app | owns |
|---|---|---|
"""


def owns(app: str) -> str:
    readme = APPS / app / "README.md"
    if app == "config":
        return "settings and addresses"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    found = re.search(r"^\W*Owns[:.* ]+(.*?)(?:\n\s*\n|\Z)", text, re.S | re.M)
    sentence = " ".join(found[1].split()) if found else ""
    return sentence.replace("|", "/")


def draw() -> str:
    rows = [
        f"| {rank} | [{app}](../src/zhibu/{app}) | {owns(app)} |"
        for rank, band in zip(range(len(BANDS), 0, -1), BANDS, strict=True)
        for app in band
    ]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    (ROOT / "docs/map.md").write_text(draw(), encoding="utf-8")
