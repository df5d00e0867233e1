"""What the documents name exists, and what exists is named."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.apps import apps
from django.core.management import get_commands

from tests.layout import CONFIG, ROOT, app_folders, short
from tools.check_locks import LOCKS
from tools.check_locks import faults as lock_faults
from tools.handbook import BOOK, PAGES, kind_said
from tools.map import draw
from zhibu.__main__ import ENGINE
from zhibu_engine.kinds import kinds

GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    {*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("packs/**/*.md")}
)
MODELS = [
    model
    for config in apps.get_app_configs()
    if config.name.startswith("zhibu.")
    for model in config.get_models()
]


def test_glossary_names_every_app_and_model():
    rows = {
        cells[0]: cells[1] for cells in re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", GLOSSARY, re.M)
    }
    wrong = [
        f"{model.__name__} {model._meta.verbose_name}: glossary has {rows.get(model.__name__)}"
        for model in MODELS
        if rows.get(model.__name__) != str(model._meta.verbose_name)
    ]
    wrong += [f"app {path.name}" for path in app_folders() if path.name not in rows]
    assert not wrong, "\n".join(wrong)


def test_every_dependency_has_its_line():
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    groups = CONFIG["dependency-groups"].values()
    wanted = [*CONFIG["project"]["dependencies"], *(d for group in groups for d in group)]
    names = {re.split(r"[\[<>=~! ]", d)[0].lower() for d in wanted if isinstance(d, str)}
    assert {name for name in names if f"| {name} |" not in text} == set()


def test_map_is_as_drawn():
    path = ROOT / "docs/map.md"
    if os.environ.get("ZHIBU_WRITE_SNAPSHOTS"):
        path.write_text(draw(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == draw(), "run `make snapshot`"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_pages_of_the_handbook_made_from_the_program_are_as_drawn(name):
    path = BOOK / name
    if os.environ.get("ZHIBU_WRITE_SNAPSHOTS"):
        path.write_text(PAGES[name](), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == PAGES[name](), "run `make snapshot`"


def test_every_rule_kind_says_in_chinese_how_it_is_used_and_when_it_is_met():
    said = {name: kind_said(cls) for name, cls in kinds().items()}
    assert {name for name, parts in said.items() if not all(parts)} == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=short)
def test_commands_and_links_of_documents_exist(path):
    text = path.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    commands = set(get_commands()) | {words[0] for words in ENGINE}
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.S))
    wrong = [f"make {word}" for word in re.findall(r"\bmake ([a-z]+)", code) if word not in targets]
    wrong += [
        f"zhibu {word}"
        for word in re.findall(r"(?:^|[`/ ])zhibu ([a-z_]+)", code, re.M)
        if word not in commands
    ]
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not target.startswith(("http:", "https:")) and not (path.parent / target).exists():
            wrong.append(f"link to {target}")
    assert not wrong, f"{short(path)}: {wrong}"


def test_a_command_s_help_is_one_chinese_line():
    run = subprocess.run(
        [sys.executable, "-m", "zhibu"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    listed = [line for line in run.stdout.splitlines() if line.startswith("  ")]
    assert len(listed) >= 6
    assert [line for line in listed if not re.search(r"[\u4e00-\u9fff]", line)] == []


def test_lock_files_carry_hashes_and_no_address():
    assert lock_faults("x.lock", "a==1 --hash=sha256:00\n") == []
    assert lock_faults("x.lock", "a @ https://elsewhere/a.whl --hash=sha256:00\n") != []
    assert [f for name in LOCKS for f in lock_faults(name, (ROOT / name).read_text())] == []
