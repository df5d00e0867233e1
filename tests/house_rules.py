"""House rules that no linter knows. Each finds faults in one file's source text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

Rule = Callable[[ast.Module], Iterator[tuple[int, str]]]


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in tree.body if isinstance(node, ast.FunctionDef))


def _decorators(function: ast.FunctionDef) -> set[str]:
    names = set()
    for node in function.decorator_list:
        target = node.func if isinstance(node, ast.Call) else node
        names.add(target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", ""))
    return names


def rows_come_through_visible_to(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """In views: from a request to rows there is one road, or they are the reader's own."""
    own = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and any(k.arg == "user" and ast.unparse(k.value) == "request.user" for k in node.keywords)
        for inner in ast.walk(node.func)
    }
    for node in ast.walk(tree):
        if id(node) in own:
            continue
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr in {"objects", "_default_manager", "_base_manager"}
            and node.attr not in {"visible_to", "none"}
        ):
            yield node.lineno, f"objects.{node.attr}: start from .visible_to(request.user)"
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", "") in {"get_object_or_404", "get_list_or_404"}
            and node.args
            and isinstance(node.args[0], ast.Name)
            and node.args[0].id[:1].isupper()
        ):
            yield node.lineno, "give get_object_or_404 a .visible_to(request.user) queryset"


def _new_rows(tree: ast.Module) -> set[str]:
    """Names assigned from ``Model(…)``: saving those for the first time writes every field."""
    return {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name)
        and ast.unparse(node.value.func).split(".")[-1][:1].isupper()
    }


def saving_names_its_fields(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """In services: a changed row says what changed."""
    new = _new_rows(tree)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "save"
            and not {k.arg for k in node.keywords} & {"update_fields", "force_insert"}
            and getattr(node.func.value, "id", "") not in {"form", "workbook", "book"} | new
        ):
            yield node.lineno, "save(update_fields=[…]) or save(force_insert=True)"


def services_take_keywords(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """In services: no act reads ``thing_do(a, b, c)``. Plain checks may."""
    for function in _functions(tree):
        public = not function.name.startswith("_")
        if public and "atomic" in _decorators(function) and function.args.args:
            yield function.lineno, f"{function.name}: keyword-only arguments, please"


#: Views anyone may open before logging in.
PUBLIC = {"healthz", "login", "log_in", "login_page"}


def views_declare_method_and_login(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """In views: who and how stand above the function."""
    for function in _functions(tree):
        takes_request = function.args.args and function.args.args[0].arg == "request"
        if not takes_request or function.name.startswith("_"):
            continue
        if "HttpResponse" not in (ast.unparse(function.returns) if function.returns else ""):
            continue
        above = _decorators(function)
        if not any(name.startswith(("require_", "get_or_post")) for name in above):
            yield function.lineno, f"{function.name}: @require_safe, @require_POST …"
        # Only the portal can wear the second: no app may import from it.
        if not above & {"login_required", "open_to_all"} and function.name not in PUBLIC:
            yield function.lineno, f"{function.name}: @login_required"


def views_stay_short(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """In views: at most 20 lines of body; the rest belongs to services and selectors."""
    for function in _functions(tree):
        lines = (function.end_lineno or 0) - function.body[0].lineno + 1
        if lines > 30:
            yield function.lineno, f"{function.name}: {lines} lines in a view"


def faults(rule: Rule, source: str) -> list[str]:
    return [f"line {line}: {message}" for line, message in rule(ast.parse(source))]
