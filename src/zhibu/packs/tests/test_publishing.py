"""``zhibu pack publish``: only what its own cases agree with, and never in a circle."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from zhibu.__main__ import is_for_engine
from zhibu.packs.models import PackVersion
from zhibu.packs.services import builtin_folder, pack_install
from zhibu.packs.tests.test_installing import write_pack
from zhibu.shared.errors import RuleBroken
from zhibu_engine.packs import pack_read
from zhibu_engine.packs.workbook import pack_new

pytestmark = pytest.mark.django_db


def national():
    folder = builtin_folder()
    assert folder is not None
    pack_install(path=folder / "national", actor="测试")


@pytest.mark.parametrize("name", ["demo", "demo.xlsx"])
def test_a_pack_is_published_from_a_folder_or_a_workbook(tmp_path, capsys, name):
    national()
    pack = pack_new(tmp_path / name, ["national"], [])

    call_command("pack_publish", tmp_path / name)

    version = PackVersion.objects.get(key="demo")
    assert (version.digest, version.is_draft) == (pack.digest, False)
    assert "已发布" in capsys.readouterr().out


def test_a_pack_whose_cases_come_out_otherwise_is_not_published(tmp_path):
    national()
    pack_new(tmp_path / "demo", ["national"], [])
    cases = tmp_path / "demo" / "cases" / "cases.yaml"
    cases.write_text(cases.read_text("utf-8").replace("lost: 1,", "lost: 2,"), "utf-8")

    with pytest.raises(CommandError, match=r"lost 应为 2，实为 1.0[\s\S]*没有发布"):
        call_command("pack_publish", tmp_path / "demo")

    assert not PackVersion.objects.filter(key="demo").exists()


def test_a_published_version_with_other_content_is_refused(tmp_path):
    national()
    pack_new(tmp_path / "demo", ["national"], [])
    call_command("pack_publish", tmp_path / "demo")
    header = tmp_path / "demo" / "pack.yaml"
    header.write_text(header.read_text("utf-8").replace("新制度包", "改制度包"), "utf-8")

    with pytest.raises(CommandError, match=r"请在 pack\.yaml 中换一个版本号"):
        call_command("pack_publish", tmp_path / "demo")

    assert PackVersion.objects.get(key="demo").title == "新制度包（示例）"


def test_a_new_version_cannot_depend_on_a_pack_that_depends_on_it(tmp_path):
    pack_install(path=write_pack(tmp_path), actor="测试")
    pack_install(path=write_pack(tmp_path, "local", depends="[base]"), actor="测试")
    turned = write_pack(tmp_path, version="2", depends="[local]")

    with pytest.raises(RuleBroken, match="循环依赖"):
        pack_install(path=turned, actor="测试")

    assert [row.version for row in PackVersion.objects.filter(key="base")] == ["1"]
    assert pack_read(turned).depends == ("local",)


def test_publishing_wakes_django_and_every_other_pack_action_does_not():
    assert not is_for_engine(["pack", "publish", "x"])
    assert is_for_engine(["pack", "check", "x"])
