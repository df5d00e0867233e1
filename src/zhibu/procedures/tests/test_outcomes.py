"""What one matter gave, a guard of another reads: as it held on that day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhibu.meetings.tests.factories import FOUNDED
from zhibu.organization.models import Adoption
from zhibu.packs.models import PackVersion
from zhibu.procedures.models import Matter
from zhibu.procedures.services import StepRefused, matter_reopen, step_act
from zhibu.procedures.tests.factories import DAY, Village, matter_make, village_make
from zhibu_engine.packs import Pack

pytestmark = pytest.mark.django_db

GIVES = {
    "key": "given",
    "title": "给出",
    "gives": [{"kind": "demonstration", "value": "示范点", "months": 12}],
}
PACK = {
    "pack": {"key": "honours", "version": "1", "title": "示例", "depends": ["national"]},
    "codes": {},
    "kinds": {},
    "documents": {},
    "standards": {},
    "procedures": {
        "give": {
            "key": "give",
            "title": "命名",
            "reopening": {"to": "name"},
            "steps": [{"key": "name", "title": "命名", "decisions": [GIVES]}],
        },
        "take": {
            "key": "take",
            "title": "推荐参评",
            "steps": [
                {
                    "key": "recommend",
                    "title": "推荐",
                    "requires": [{"kind": "demonstration", "any_of": ["示范点"]}],
                }
            ],
        },
    },
}


@pytest.fixture
def village() -> Village:
    made = village_make()
    pack = Pack.from_dump(PACK)
    PackVersion.objects.create(
        key="honours", version="1", title="示例", digest=pack.digest, content=pack.dump(),
        published_at=timezone.now(),
    )  # fmt: skip
    Adoption.objects.create(unit=made.unit, pack_key="honours", from_on=FOUNDED)
    return made


def done(village: Village, procedure: str, step: str, after: int, **fields) -> Matter:
    matter = matter_make(village, procedure=procedure, title=procedure, form={})
    day = DAY + timedelta(days=after)
    step_act(matter=matter, step=step, day=day, actor=village.clerk, late_reason="补", **fields)
    return matter


def test_a_step_asks_for_an_outcome_that_holds_on_its_day(village):
    with pytest.raises(StepRefused, match="系统内未见“示范点”的结果"):
        done(village, "take", "recommend", 5)
    done(village, "give", "name", 10)
    with pytest.raises(StepRefused, match="系统内未见“示范点”的结果"):
        done(village, "take", "recommend", 9)
    done(village, "take", "recommend", 10)
    done(village, "take", "recommend", 375)
    with pytest.raises(StepRefused, match="系统内未见“示范点”的结果"):
        done(village, "take", "recommend", 376)


def test_what_was_lawful_then_stays_so_when_the_outcome_is_withdrawn(village):
    given = done(village, "give", "name", 10)
    taken = done(village, "take", "recommend", 20)
    matter_reopen(matter=given, reason="复查不合格", actor=village.secretary)
    taken.refresh_from_db()
    assert taken.conforms
    said = {"held:demonstration": "等待复查"}
    excused = done(village, "take", "recommend", 600, reasons=said)
    excused.refresh_from_db()
    assert not excused.conforms
    assert excused.steps.get().excused
