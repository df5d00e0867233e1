"""How long a large member sheet takes to its preview and to committed, beside calamine alone.

    python bench/members_import.py [ROWS]

Everything lies in a temporary data folder. Aim: preview ≤ 8 × reading the file with calamine.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

import xlsxwriter

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
BRANCH_SIZE = 50
HEADINGS = (
    "序号", "姓名", "所在党支部", "公民身份证号", "性别", "民族", "出生日期", "学历", "人员类别", "加入党组织日期",
    "转为正式党员日期", "工作岗位", "手机号", "固定电话", "党籍状态", "是否为\n失联党员", "失去联系日期",
    "是否为\n流动党员", "外出流向", "家庭住址",
)  # fmt: skip
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "建国志强永明振东德福秀兰桂英春梅玉珍丽华文静佳慧"


def sheet_make(rows: int) -> bytes:
    """Invented people in a county code that does not exist; 20 columns."""
    from zhibu.membership.identity import check_digit

    random = Random(1)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True, "in_memory": True})
    page = book.add_worksheet("党员基本信息汇总表")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    page.write_row(0, 0, ["党员基本信息汇总表"])
    page.write_row(2, 0, HEADINGS)
    for n in range(rows):
        born = date(1945, 1, 1) + timedelta(days=random.randrange(18_000))
        joined = date(
            born.year + 19 + random.randrange(11), born.month, min(born.day, 28)
        ) + timedelta(days=1)
        body = f"13{n // 1000 % 10_000:04d}{born:%Y%m%d}{n % 1000:03d}"
        number = body + check_digit(body)
        sex = "男" if int(body[16]) % 2 else "女"
        name = random.choice(SURNAMES) + random.choice(GIVEN) + random.choice(GIVEN)
        cells = [
            str(n + 1), name, f"第{n // BRANCH_SIZE + 1}党支部", number, sex, "01 汉族", born, "21 大学", "正式党员",
            joined, joined + timedelta(days=366), "011 公务员", f"138{n:08d}", "0310-1234567", "正常", "否", "", "否",
            "", f"幸福路 {n % 300} 号",
        ]  # fmt: skip
        for place, value in enumerate(cells):
            if isinstance(value, date):
                page.write_datetime(n + 3, place, value, day)
            else:
                page.write_string(n + 3, place, value)
    book.close()
    return buffer.getvalue()


def timed(words: str, act):
    """Processor time decides: the machine may be busy with other things."""
    start, wall = time.process_time(), time.perf_counter()
    result = act()
    took, wall = time.process_time() - start, time.perf_counter() - wall
    print(f"{words:<28}{took:8.2f} s  (by the clock {wall:.2f} s)", flush=True)
    return took, result


def calamine_alone(data: bytes) -> list:
    from python_calamine import CalamineWorkbook

    return (
        CalamineWorkbook.from_filelike(io.BytesIO(data))
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=False)
    )


def main() -> None:
    folder = tempfile.TemporaryDirectory(prefix="zhibu-bench-")
    os.environ["ZHIBU_DATA_DIR"] = folder.name
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhibu.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from zhibu.jobs import services
    from zhibu.organization.models import Unit

    call_command("migrate", verbosity=0)
    Unit.objects.bulk_create(
        Unit(code=f"B{n}", name=f"第{n}党支部", kind=Unit.Kind.BRANCH, founded_on=date(1950, 1, 1))
        for n in range(1, ROWS // BRANCH_SIZE + 2)
    )
    data = sheet_make(ROWS)
    print(f"{ROWS} rows x {len(HEADINGS)} columns, {len(data) / 1e6:.1f} MB")
    alone = min(timed("calamine alone", lambda: calamine_alone(data))[0] for _ in range(3))
    made = services.import_begin(kind="members", filename="bench.xlsx", data=data, actor="bench")
    preview, made = timed("to the preview", lambda: services.import_read(import_id=made.pk))
    assert made.counts["new"] == ROWS, (made.message, made.counts)
    services.import_confirm(import_id=made.pk, actor="bench")
    commit, made = timed("confirmed to committed", lambda: services.import_write(import_id=made.pk))
    assert made.state == "committed", made.message
    again = services.import_begin(kind="members", filename="again.xlsx", data=data, actor="bench")
    second, again = timed("the same sheet again", lambda: services.import_read(import_id=again.pk))
    assert again.counts["unchanged"] == ROWS, again.counts
    print(f"preview / calamine {preview / alone:8.1f} x   (aim ≤ 8)")
    print(f"commit  / calamine {commit / alone:8.1f} x")
    print(f"again   / calamine {second / alone:8.1f} x")
    size = sum(p.stat().st_size for p in Path(folder.name).rglob("*.sqlite3"))
    print(f"database {size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
