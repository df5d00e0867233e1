from __future__ import annotations

import os
from pathlib import Path

import pytest

PICTURES = os.environ.get("ZHIBU_PICTURES")


@pytest.fixture
def picture(page):
    """Keep a picture of the whole page in the folder named by ZHIBU_PICTURES, if any."""

    def keep(name: str) -> None:
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)

    return keep


@pytest.fixture
def violations(page):
    """What breaks WCAG 2.2 AA on the page as it stands, by axe."""
    from axe_playwright_python.sync_playwright import Axe

    def find() -> list[str]:
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = Axe().run(page, options={"runOnly": rules}).response["violations"]
        return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]

    return find
