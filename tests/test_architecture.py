"""What import-linter cannot see, read from the same contract."""

from __future__ import annotations

import ast
import re
from functools import cache

import grimp
import pytest
from django.apps import apps

from tests.layout import APPS, RANK, ROOT, SRC, app_folders, python_files, short, templates

OURS = [c for c in apps.get_app_configs() if c.name.startswith("zhibu.")]

#: What one app may import of another: these, and what its README names under "Doors".
#: Policies answer questions and change nothing.
DOORS = {"models", "selectors", "services", "policies"}
OPEN_APPS = {"shared", "config"}

#: Files every app may have; any other name needs a line in the app's README.
USUAL = {
    *("__init__", "apps", "models", "selectors", "services", "policies", "forms", "views", "urls"),
    *("facts", "ledgers", "audit_words", "listeners", "evidence", "usages", "effects", "search"),
    *("importers", "nav", "ticks", "tables", "admin", "tasks", "backends", "middleware"),
}


def test_relations_point_down():
    wrong = []
    for config in OURS:
        for model in config.get_models(include_auto_created=True):
            for field in model._meta.get_fields():
                if not field.is_relation or field.auto_created or not field.related_model:
                    continue
                source, target = config.label, field.related_model._meta.app_label
                if target in RANK and target != source and RANK[target] >= RANK[source]:
                    wrong.append(f"{field} -> {target}")
    assert not wrong, "\n".join(wrong)


def test_every_app_is_in_a_band_and_installed():
    assert {path.name for path in app_folders()} == {c.label for c in OURS}
    assert {c.label for c in OURS} | {"config"} == set(RANK)


BORROWED = re.compile(r"{%\s*(?:include|extends)\s+[\"']([^\"'/]+)/")


def test_templates_borrow_only_from_shared():
    wrong = []
    for path in templates():
        own = path.relative_to(APPS).parts[0]
        names = set(BORROWED.findall(path.read_text(encoding="utf-8")))
        wrong += [f"{short(path)} borrows from {name}" for name in names - {own, "shared"}]
    assert not wrong, "\n".join(wrong)


@cache
def doors(app: str) -> set[str]:
    """Modules another app may import: the usual ones and those offered in the README."""
    readme = APPS / app / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    offered = set(re.findall(rf"zhibu\.{app}\.(\w+)", text))
    for paragraph in re.findall(r"^Doors:.*?(?:\n\n|\Z)", text, re.S | re.M):
        offered |= set(re.findall(r"`(\w+)", paragraph))
    return DOORS | offered


def test_other_apps_are_entered_by_their_doors():
    graph = grimp.build_graph("zhibu", cache_dir=None)
    trespasses = []
    for importer in graph.modules:
        home = importer.split(".")[1:2]
        if "tests" in importer.split(".") or home in (["config"], ["demo"], ["__main__"]):
            continue
        for imported in graph.find_modules_directly_imported_by(importer):
            away = imported.split(".")[1:3]
            if home == away[:1] or not away or away[0] in OPEN_APPS:
                continue
            if away[1:2] and away[1] not in doors(away[0]):
                trespasses.append(f"{importer} -> {imported}")
    assert not trespasses, "\n".join(sorted(trespasses))


def test_files_and_functions_stay_small_enough_to_read():
    """600 lines and 60 lines stop; the aim is 400 and 40. What makes data for tests may be longer."""
    large = []
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > 600:
            large.append(f"{short(path)}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > (60 if path.is_relative_to(SRC) and "tests" not in path.parts else 100):
                    large.append(f"{short(path)}:{node.lineno} {node.name}: {length} lines")
    for path in templates():
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > 120:
            large.append(f"{short(path)}: {lines} lines")
    assert not large, "\n".join(large)


@pytest.mark.parametrize("folder", app_folders(), ids=lambda p: p.name)
def test_app_says_in_a_short_readme_what_it_owns(folder):
    readme = folder / "README.md"
    assert readme.exists(), (
        f"{short(folder)} needs a README.md: owns / words / doors / does not know"
    )
    text = readme.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 40
    unusual = {
        path.stem
        for path in [*folder.glob("*.py"), *folder.glob("*/__init__.py")]
        if path.stem not in USUAL and path.stem != "__init__"
    }
    unnamed = sorted(name for name in unusual if f"{name}" not in text)
    assert unnamed == [], f"name these modules in {short(readme)}"


#: `shared` has no nouns of its own; each of its modules says in its docstring what it is.
def test_there_is_no_attic():
    names = {p.name for p in app_folders()} | {p.stem for p in APPS.rglob("*.py")}
    assert not names & {"core", "common", "utils", "helpers", "extras", "misc"}


def test_the_engine_is_used_where_the_design_says():
    """``zhibu_engine`` may be imported for the fact contract anywhere, for judging in standards."""
    graph = grimp.build_graph("zhibu", "zhibu_engine", cache_dir=None)
    judging = {"judge", "compile", "kinds", "tally", "explain", "losses"}
    wrong = [
        f"{importer} -> {imported}"
        for importer in graph.modules
        if importer.startswith("zhibu.") and ".tests" not in importer
        if importer.split(".")[1] not in {"standards", "demo", "__main__", "home"}
        for imported in graph.find_modules_directly_imported_by(importer)
        if imported.startswith("zhibu_engine.") and imported.split(".")[1] in judging
    ]
    assert not wrong, "\n".join(wrong)
    assert (ROOT / "src/zhibu_engine").is_dir()
