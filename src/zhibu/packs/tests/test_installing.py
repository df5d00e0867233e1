"""Installing packs: whole or not at all, and never twice differently."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from zhibu.accounts.models import User
from zhibu.audit.models import Event
from zhibu.packs import selectors
from zhibu.packs.models import PackVersion
from zhibu.packs.services import pack_draft, pack_install, pack_publish
from zhibu.shared.errors import RuleBroken

pytestmark = pytest.mark.django_db


def write_pack(
    folder: Path, key="base", version="1", depends="[]", post="书记", title="基础"
) -> Path:
    path = folder / key
    (path / "codes").mkdir(parents=True, exist_ok=True)
    (path / "pack.yaml").write_text(
        f'key: {key}\nversion: "{version}"\ntitle: {title}\ndepends: {depends}\n', encoding="utf-8"
    )
    (path / "codes" / "post.yaml").write_text(
        f"title: 职务\ncodes:\n  secretary: {post}\n", encoding="utf-8"
    )
    return path


def test_an_installed_pack_is_published_and_its_words_are_found(tmp_path):
    version = pack_install(path=write_pack(tmp_path), actor="测试")

    assert version.published_at
    assert selectors.pack_words((("base", ""),)).codes["post"] == {"secretary": "书记"}
    assert Event.objects.get().action == "packs.installed"


def test_a_later_pack_overrides_and_brings_what_it_depends_on(tmp_path):
    pack_install(path=write_pack(tmp_path), actor="测试")
    pack_install(path=write_pack(tmp_path, "local", depends="[base]", post="支书"), actor="测试")

    assert selectors.pack_words((("local", ""),)).codes["post"] == {"secretary": "支书"}
    assert selectors.pack_words((("local", ""), ("base", ""))).codes["post"] == {
        "secretary": "支书"
    }


def test_a_pinned_version_stays_when_a_newer_is_installed(tmp_path):
    pack_install(path=write_pack(tmp_path), actor="测试")
    pack_install(path=write_pack(tmp_path, version="2", post="支部书记"), actor="测试")

    assert selectors.pack_words((("base", "1"),)).codes["post"]["secretary"] == "书记"
    assert selectors.pack_words((("base", ""),)).codes["post"]["secretary"] == "支部书记"
    latest = selectors.pack_latest("base")
    assert latest and latest.version == "2"


def test_the_same_version_again_changes_nothing_and_with_other_content_is_refused(tmp_path):
    path = write_pack(tmp_path)
    first = pack_install(path=path, actor="测试")
    assert pack_install(path=path, actor="测试") == first

    write_pack(tmp_path, post="别的")
    with pytest.raises(RuleBroken, match="换一个版本号"):
        pack_install(path=path, actor="测试")
    assert PackVersion.objects.count() == 1
    assert Event.objects.count() == 1


def test_a_pack_without_its_base_is_refused_by_name(tmp_path):
    with pytest.raises(RuleBroken, match="请先安装“base”"):
        pack_install(path=write_pack(tmp_path, "local", depends="[base]"), actor="测试")
    assert not PackVersion.objects.exists()


def test_an_unknown_word_is_refused_with_its_place(tmp_path):
    path = write_pack(tmp_path)
    (path / "standards").mkdir()
    (path / "standards" / "s.yaml").write_text(
        "key: s\ntitle: 标准\nclauses:\n  - {key: a, title: 甲, points: 1, rule: {kind: no_such_rule}}\n",
        encoding="utf-8",
    )
    with pytest.raises(RuleBroken, match=r"s\.yaml"):
        pack_install(path=path, actor="测试")
    assert not PackVersion.objects.exists()


def test_only_the_installer_installs(tmp_path):
    somebody = User.objects.create_user("somebody", "x")
    with pytest.raises(PermissionDenied):
        pack_install(path=write_pack(tmp_path), actor=somebody)


def test_words_are_read_with_one_query_once_known(tmp_path, django_assert_num_queries):
    pack_install(path=write_pack(tmp_path), actor="测试")
    selectors.pack_words((("base", ""),))
    with django_assert_num_queries(1):
        selectors.pack_words((("base", ""),))


def test_no_pack_means_no_words():
    assert selectors.pack_words((("nowhere", ""),)).codes == {}


def test_a_draft_binds_nobody_may_be_replaced_and_is_newest_only_once_published(tmp_path):
    pack_install(path=write_pack(tmp_path), actor="测试")
    draft = pack_draft(path=write_pack(tmp_path, version="2", post="支书"), actor="测试")
    draft = pack_draft(path=write_pack(tmp_path, version="2", post="支部书记"), actor="测试")

    latest = selectors.pack_latest("base")
    assert latest and latest.version == "1"
    assert selectors.pack_words((("base", ""),)).codes["post"]["secretary"] == "书记"
    assert list(selectors.pack_drafts()) == [draft]

    pack_publish(version=draft, actor="测试")
    assert selectors.pack_words((("base", ""),)).codes["post"]["secretary"] == "支部书记"
    assert Event.objects.last().action == "packs.published"
    with pytest.raises(RuleBroken, match="已经发布"):
        pack_publish(version=draft, actor="测试")
    with pytest.raises(RuleBroken, match="已经发布"):
        pack_draft(path=write_pack(tmp_path, version="2", post="别的"), actor="测试")


def test_who_has_no_role_neither_brings_nor_sees_nor_publishes_a_draft(tmp_path):
    somebody = User.objects.create_user("somebody", "x")
    with pytest.raises(PermissionDenied):
        pack_draft(path=write_pack(tmp_path), actor=somebody)
    draft = pack_draft(path=write_pack(tmp_path), actor="测试")

    assert not PackVersion.objects.visible_to(somebody).exists()
    with pytest.raises(PermissionDenied):
        pack_publish(version=draft, actor=somebody)
    assert PackVersion.objects.get().is_draft
