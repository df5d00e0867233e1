"""The old .xls form, made by another office program than ours."""

from __future__ import annotations

import subprocess
from datetime import date, datetime

import pytest

from zhibu.membership.models import Member
from zhibu.membership.tests.factories import id_number, official, problems_of, read, row, write
from zhibu.organization.models import Person
from zhibu.organization.services.people import ID_PURPOSE
from zhibu.shared.secrets import blind_index


def as_xls(data, folder):
    (folder / "党员.xlsx").write_bytes(data)
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"),
            *("--convert-to", "xls", "--outdir", str(folder), str(folder / "党员.xlsx")),
        ],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return (folder / "党员.xls").read_bytes()


@pytest.mark.needs("libreoffice")
@pytest.mark.django_db
def test_an_xls_of_libreoffice_goes_in_whole(county, clerk, tmp_path):
    """Real dates, text dates, text numbers and merged headings all survive the way."""
    rows = [
        row(n, name=f"王{'一二三四五六七八九'[n % 9]}", unit="E2" if n % 5 == 0 else "甲镇一村党支部",
            born=datetime.fromisoformat("1980-01-01") if n % 2 else "1980-01-01",
            joined=datetime.fromisoformat("2005-07-01") if n % 3 else "2005年7月1日")
        for n in range(1, 41)
    ]  # fmt: skip
    data = as_xls(official(rows), tmp_path)
    assert data.startswith(b"\xd0\xcf\x11\xe0")

    made = write(read(data, clerk, "党员.xls"), clerk)

    assert made.state == "committed", problems_of(made) or made.message
    assert (made.counts["new"], made.counts["error"], made.counts["ask"]) == (40, 0, 0)
    assert set(Member.objects.values_list("joined_on", "full_on", "job")) == {
        (date(2005, 7, 1), date(2006, 7, 1), "011")
    }
    assert set(Person.objects.filter(member__isnull=False).values_list("born_on", flat=True)) == {
        date(1980, 1, 1)
    }
    kept = set(Person.objects.filter(member__isnull=False).values_list("id_index", flat=True))
    assert kept == {blind_index(id_number(serial=n), ID_PURPOSE) for n in range(1, 41)}
