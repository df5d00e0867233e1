"""Units found, moved, merged and withdrawn, and the tree as it was on any day."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from zhibu.audit.models import Event
from zhibu.organization import selectors
from zhibu.organization.models import Placement, Unit
from zhibu.organization.services import (
    ancestry_rebuild,
    unit_merge,
    unit_move,
    unit_rename,
    unit_withdraw,
)
from zhibu.organization.tests.factories import make_person, make_unit, make_user
from zhibu.shared.errors import RuleBroken

BEFORE, MOVE, AFTER = date(2025, 6, 30), date(2025, 7, 1), date(2025, 12, 31)


def names_above(unit, day, line="tree"):
    return [above.code for above in selectors.unit_ancestors(unit, day, line)]


def test_moving_a_parent_in_mid_year_moves_all_below_from_that_day_only(county):
    unit_move(unit=county.east, parent=county.west, day=MOVE, actor="测试")

    for unit in (county.one, county.group):
        assert "W" not in names_above(unit, BEFORE)
        assert "W" in names_above(unit, MOVE)
    assert names_above(county.group, AFTER) == ["E1", "E", "W", "C"]
    assert names_above(county.group, BEFORE) == ["E1", "E", "C"]
    assert county.one.pk in selectors.unit_descendant_ids(county.west, AFTER)
    assert county.one.pk not in selectors.unit_descendant_ids(county.west, BEFORE)


def test_the_closure_written_step_by_step_is_the_one_computed_anew(county):
    unit_move(unit=county.east, parent=county.west, day=MOVE, actor="测试")
    unit_move(
        unit=county.one, parent=county.work, day=date(2025, 9, 1), actor="测试", line="guidance"
    )
    unit_merge(unit=county.two, into=county.one, day=date(2025, 10, 31), actor="测试")
    unit_move(unit=county.work, parent=county.west, day=date(2025, 11, 1), actor="测试")
    from zhibu.organization.models import Ancestry

    def rows():
        columns = ("unit", "ancestor", "line", "depth", "from_on", "to_on")
        return sorted(Ancestry.objects.values_list(*columns), key=str)

    written = rows()
    ancestry_rebuild()

    assert rows() == written


def test_guidance_passes_down_the_tree_and_up_from_the_guiding_body(county):
    unit_move(unit=county.one, parent=county.work, day=MOVE, actor="测试", line="guidance")

    assert names_above(county.group, AFTER, "guidance") == ["G", "C"]
    assert names_above(county.group, BEFORE, "guidance") == []
    assert selectors.unit_descendant_ids(county.work, AFTER, ("guidance",)) == {
        county.work.pk,
        county.one.pk,
        county.group.pk,
    }
    assert selectors.unit_descendant_ids(county.work, AFTER, ("tree",)) == {county.work.pk}


def test_guidance_ends_when_no_body_is_named(county):
    unit_move(unit=county.one, parent=county.work, day=MOVE, actor="测试", line="guidance")
    unit_move(unit=county.one, parent=None, day=date(2025, 10, 1), actor="测试", line="guidance")

    assert names_above(county.one, date(2025, 9, 30), "guidance") == ["G", "C"]
    assert names_above(county.one, AFTER, "guidance") == []


def test_a_merged_unit_stays_in_last_years_tree_and_its_books_open_to_the_new_unit(county):
    user = make_user("secretary", ("secretary", county.two))
    unit_merge(unit=county.one, into=county.two, day=BEFORE, actor="测试")
    county.one.refresh_from_db()

    assert county.one.withdrawn_on == BEFORE
    assert county.one.merged_into == county.two
    assert county.one in selectors.unit_children(county.east, BEFORE)
    assert county.one not in selectors.unit_children(county.east, MOVE)
    assert names_above(county.group, BEFORE)[0] == "E1"
    assert names_above(county.group, MOVE)[:2] == ["E1", "E2"]
    county.group.refresh_from_db()
    assert county.group.withdrawn_on == BEFORE
    assert Unit.objects.visible_to(user).filter(pk=county.one.pk).exists()
    assert county.one.pk not in selectors.unit_descendant_ids(county.east, AFTER)
    assert county.one.pk in selectors.unit_descendant_ids(
        county.east, AFTER, since=date(2025, 1, 1)
    )


def test_withdrawing_ends_posts_and_groups_and_is_written_down(county):
    from zhibu.organization.services import post_begin

    post = post_begin(
        person=make_person(),
        unit=county.two,
        code="secretary",
        from_on=date(2024, 1, 1),
        actor="测试",
    )
    unit_withdraw(unit=county.two, day=BEFORE, actor="测试")

    post.refresh_from_db()
    assert post.to_on == BEFORE
    assert Event.objects.filter(action="organization.unit_withdrawn", unit_code="E2").count() == 1
    unit_withdraw(unit=county.one, day=BEFORE, actor="测试")
    county.group.refresh_from_db()
    assert county.group.withdrawn_on == BEFORE
    assert not Unit.objects.alive_on(MOVE).filter(pk=county.two.pk).exists()


@pytest.mark.parametrize(
    ("act", "said"),
    [
        pytest.param(
            lambda c: unit_withdraw(unit=c.east, day=BEFORE, actor="测试"),
            "下级组织",
            id="has children",
        ),
        pytest.param(
            lambda c: unit_move(unit=c.east, parent=c.one, day=MOVE, actor="测试"),
            "是.+的下级",
            id="own child",
        ),
        pytest.param(
            lambda c: unit_move(unit=c.one, parent=None, day=MOVE, actor="测试"),
            "请选择",
            id="no parent",
        ),
        pytest.param(
            lambda c: unit_merge(unit=c.one, into=c.one, day=MOVE, actor="测试"),
            "自己",
            id="itself",
        ),
        pytest.param(
            lambda c: unit_move(unit=c.one, parent=c.west, day=date(2001, 1, 1), actor="测试"),
            "不存在",
            id="too early",
        ),
    ],
)
def test_impossible_changes_are_refused_and_nothing_is_written(county, act, said):
    events, placements = Event.objects.count(), list(Placement.objects.values())
    with pytest.raises(RuleBroken, match=said):
        act(county)

    assert Event.objects.count() == events
    assert list(Placement.objects.values()) == placements


def test_a_move_before_a_later_one_is_refused(county):
    unit_move(unit=county.one, parent=county.west, day=MOVE, actor="测试")
    with pytest.raises(RuleBroken, match="更晚"):
        unit_move(unit=county.one, parent=county.top, day=BEFORE, actor="测试")


def test_a_second_unit_of_one_code_is_refused(county):
    with pytest.raises(ValidationError):
        make_unit("E1", county.east)


def test_township_staff_move_units_inside_but_not_the_township_nor_out_of_it(county):
    staff = make_user("staff", ("township", county.east))
    unit_rename(unit=county.one, name="甲镇新村党支部", actor=staff)

    with pytest.raises(PermissionDenied):
        unit_move(unit=county.one, parent=county.west, day=MOVE, actor=staff)
    with pytest.raises(PermissionDenied):
        unit_withdraw(unit=county.far, day=MOVE, actor=staff)
    with pytest.raises(PermissionDenied):
        unit_rename(unit=county.east, name="别的", actor=staff)


def test_the_old_name_still_finds_a_renamed_unit(county):
    unit_rename(unit=county.one, name="甲镇新村党支部", actor="测试")

    assert selectors.unit_find("甲镇一村 党支部", AFTER) == [county.one]
    assert selectors.unit_find("甲镇新村党支部", AFTER) == [county.one]
    assert selectors.unit_find("Ｅ１", AFTER) == [county.one]
    assert selectors.unit_find("甲镇一村党支部", AFTER, within=county.west) == []
    assert selectors.unit_find("", AFTER) == []


def test_descendants_cost_one_query(county, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(selectors.unit_descendant_ids(county.top, AFTER)) == 8
    with django_assert_num_queries(1):
        selectors.unit_ancestors(county.group, AFTER)
