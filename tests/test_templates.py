"""Templates compile, work without JavaScript and break no content security policy."""

from __future__ import annotations

import re

import pytest
from django.template import engines

from tests.layout import short, templates

TAG = re.compile(
    r"<(?!!)(?P<name>[a-zA-Z][\w-]*)(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.S
)
LINK = {"hx-get": "href", "hx-post": "action", "hx-put": "action", "hx-delete": "action"}


def faults(html: str) -> list[str]:
    # Template tags may hold quotes of their own inside an attribute.
    plain = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "x", html, flags=re.S)
    found = []
    for match in TAG.finditer(plain):
        name, attributes = match["name"].lower(), " " + match["attributes"]
        if re.search(r"\sstyle\s*=", attributes):
            found.append(f"<{name}> has an inline style")
        if re.search(r"\son[a-z]+\s*=", attributes):
            found.append(f"<{name}> has an inline handler")
        if (name == "script" and "src" not in attributes) or name == "style":
            found.append(f"inline <{name}>")
        for htmx, plain_way in LINK.items():
            has_plain = re.search(rf"\s(form)?{plain_way}\s*=", attributes)
            # A field may ask for a piece while one types, and a submit button has its form:
            # the form is the plain way.
            within_form = (
                name in {"input", "select", "textarea"}
                or (htmx == "hx-get" and name == "form")
                or (name == "button" and re.search(r"\stype=[\"']submit", attributes))
            )
            if re.search(rf"\s{htmx}\s*=", attributes) and not has_plain and not within_form:
                found.append(f"<{name}> has {htmx} without {plain_way}")
        if re.search(r"(href|src)\s*=\s*[\"']?(https?:)?//", attributes):
            found.append(f"<{name}> points outside")
    return found


GOOD = '<a href="{% url "x" %}" hx-get="{% url "x" %}" hx-target="#a">x</a><script src="x.js"></script>'
BAD = [
    '<p style="color: red">',
    '<a href="x" onclick="y()">',
    "<script>1</script>",
    '<button hx-post="/x">',
    '<img src="//elsewhere/x.png">',
]


def test_rule_knows_good_from_bad():
    assert faults(GOOD) == []
    for bad in BAD:
        assert faults(bad) != [], bad


def test_every_template_is_plain_and_safe():
    found = [
        f"{short(path)}: {fault}"
        for path in templates()
        for fault in faults(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", templates(), ids=short)
def test_template_compiles(path):
    name = str(path).split("/templates/", 1)[1]
    engines["django"].get_template(name)
