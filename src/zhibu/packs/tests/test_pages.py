"""What the packs say is open to read for everyone who works here."""

from __future__ import annotations

import pytest
from django.urls import reverse

from zhibu.accounts.models import User
from zhibu.packs.services import builtin_packs, pack_install

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    client.force_login(User.objects.create_user("reader", "x", must_change_password=False))
    return client


def test_the_list_says_what_to_do_where_nothing_is_installed(reader):
    assert "zhibu pack_install" in reader.get(reverse("packs:list")).content.decode()


def test_every_standard_of_the_distribution_can_be_read_to_its_clauses(reader):
    for folder in builtin_packs():
        version = pack_install(path=folder, actor="测试")
        assert (
            version.title in reader.get(reverse("packs:detail", args=[version.pk])).content.decode()
        )
        for key, standard in version.content["standards"].items():
            page = reader.get(reverse("packs:standard", args=[version.pk, key])).content.decode()
            for clause in standard["clauses"]:
                assert clause["title"] in page
            assert (f">{standard['label']}</span>" in page) if standard.get("label") else True
    assert "六化" in reader.get(reverse("packs:list")).content.decode()


def test_what_is_not_there_is_404(reader):
    assert reader.get(reverse("packs:detail", args=[999])).status_code == 404
    version = pack_install(path=builtin_packs()[0], actor="测试")
    assert reader.get(reverse("packs:standard", args=[version.pk, "nothing"])).status_code == 404
