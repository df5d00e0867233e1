"""Take the pictures of the README from a running demo.

    python tools/screenshots.py http://127.0.0.1:8000 --clerk NAME:PASSWORD --staff NAME:PASSWORD

``--clerk`` works for one branch, ``--staff`` for a unit above branches. Writes
docs/images/{branch-home,finding,heat-map,import-preview}-{1280,390}.png. The import preview is
the newest import that the staff account can see; ``--sheet FILE`` uploads one first.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs/images"
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
WIDTHS = (1280, 390)


def main() -> int:
    asked = _arguments()
    chromium = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if not chromium:
        print("Chromium is missing (apt-get install chromium).", file=sys.stderr)
        return 1
    asked.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for width in WIDTHS:
            _clerk_pictures(browser, asked, width)
            _staff_pictures(browser, asked, width)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("base", help="address of the running program")
    parser.add_argument("--clerk", required=True, metavar="NAME:PASSWORD")
    parser.add_argument("--staff", required=True, metavar="NAME:PASSWORD")
    parser.add_argument(
        "--sheet", type=Path, help="an official member sheet to upload for the preview"
    )
    parser.add_argument("--out", type=Path, default=IMAGES)
    return parser.parse_args()


def _signed_in(browser: Browser, base: str, account: str, width: int) -> Page:
    name, _colon, password = account.partition(":")
    height = 900 if width > 500 else 844
    # A fresh context: cookies of the one never show in the other's pictures.
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{base}/account/login")
    page.locator("input[name=username]").fill(name)
    page.locator("input[type=password]").fill(password)
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    if "/account/" in page.url:
        raise SystemExit(
            f"{name}: could not log in, or the password must be changed first ({page.url})"
        )
    return page


def _clerk_pictures(browser: Browser, asked: argparse.Namespace, width: int) -> None:
    page = _signed_in(browser, asked.base, asked.clerk, width)
    page.goto(asked.base)
    _keep(page, asked, "branch-home", width)
    page.locator(".home-score a[href*='/standards/unit/']").click()
    page.wait_for_load_state("networkidle")
    # The clause with lost points says most; the list of what is to be mended has it first.
    page.goto(f"{page.url}&show=failed")
    page.locator(
        "main a[href*='/standards/unit/'][href*='/liuhua/'], main .std-clause a"
    ).first.click()
    page.wait_for_load_state("networkidle")
    _keep(page, asked, "finding", width)
    page.context.close()


def _staff_pictures(browser: Browser, asked: argparse.Namespace, width: int) -> None:
    page = _signed_in(browser, asked.base, asked.staff, width)
    page.goto(asked.base)
    page.locator("main a[href*='/heatmap/']").first.click()
    page.wait_for_load_state("networkidle")
    _keep(page, asked, "heat-map", width)
    if asked.sheet:
        page.goto(f"{asked.base}/jobs/new/members/")
        page.locator("input[type=file]").set_input_files(asked.sheet)
        page.locator("main form button[type=submit]").first.click()
    else:
        page.goto(f"{asked.base}/jobs/")
        page.locator("main table a[href*='/jobs/']").first.click()
    page.wait_for_load_state("networkidle")
    _keep(page, asked, "import-preview", width)
    page.context.close()


def _keep(page: Page, asked: argparse.Namespace, name: str, width: int) -> None:
    path = asked.out / f"{name}-{width}.png"
    # The foot menu of a phone stands over the middle of a whole-page picture, so a phone shows its screen.
    page.screenshot(path=path, full_page=width > 500)
    print(path)


if __name__ == "__main__":
    raise SystemExit(main())
