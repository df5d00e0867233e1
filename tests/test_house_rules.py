"""Each house rule holds everywhere, and the rule itself is tested with a good and a bad example."""

from __future__ import annotations

import pytest

from tests import house_rules as rules
from tests.layout import APPS, short

#: rule, the files it reads, a good example, a bad one
CASES = [
    (
        rules.rows_come_through_visible_to,
        "views",
        "sitting = get_object_or_404(Sitting.objects.visible_to(request.user), pk=pk)",
        "sitting = get_object_or_404(Sitting, pk=pk)",
    ),
    (
        rules.rows_come_through_visible_to,
        "views",
        "rows = Sitting.objects.visible_to(request.user).held_on(day)",
        "rows = Sitting.objects.filter(unit=unit)",
    ),
    (
        rules.rows_come_through_visible_to,
        "views",
        "mine = RoleGrant.objects.held_on(day).filter(user=request.user)",
        "theirs = RoleGrant.objects.held_on(day).filter(user=user)",
    ),
    (
        rules.saving_names_its_fields,
        "services",
        "row.save(update_fields=['state'])",
        "row.save()",
    ),
    (
        rules.saving_names_its_fields,
        "services",
        "row = Sitting(unit=unit)\nrow.full_clean()\nrow.save()",
        "row = Sitting.objects.get(pk=1)\nrow.full_clean()\nrow.save()",
    ),
    (
        rules.services_take_keywords,
        "services",
        "@transaction.atomic\ndef sitting_record(*, actor): ...",
        "@transaction.atomic\ndef sitting_record(actor): ...",
    ),
    (
        rules.views_declare_method_and_login,
        "views",
        "@require_safe\n@login_required\ndef page(request) -> HttpResponse: ...",
        "def page(request) -> HttpResponse: ...",
    ),
    (
        rules.views_stay_short,
        "views",
        "def page(request):\n    return 1",
        "def page(request):\n" + "    a = 1\n" * 31,
    ),
]


@pytest.mark.parametrize(("rule", "where", "good", "bad"), CASES)
def test_rule_knows_good_from_bad(rule, where, good, bad):
    assert rules.faults(rule, good) == []
    assert rules.faults(rule, bad) != []


@pytest.mark.parametrize(("rule", "where"), sorted({(c[0], c[1]) for c in CASES}, key=str))
def test_rule_holds_in_every_app(rule, where):
    paths = [*APPS.glob(f"*/{where}.py"), *APPS.glob(f"*/{where}/*.py")]
    found = [
        f"{short(path)} {fault}"
        for path in sorted(paths)
        if path.parent.name != "shared"
        for fault in rules.faults(rule, path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)
