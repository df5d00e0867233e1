"""The code lists of the official sheet: they belong to the form, whatever a unit has adopted."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from zhibu.jobs.cells import CodeList

_PLACES = (
    Path(__file__).resolve().parents[3] / "packs",
    Path(__file__).resolve().parents[1] / "packs_builtin",
)


def _codes(name: str) -> dict[str, str]:
    for place in _PLACES:
        path = place / "national" / "codes" / f"{name}.yaml"
        if path.exists():
            return yaml.safe_load(path.read_text(encoding="utf-8"))["codes"]
    raise FileNotFoundError(f"packs/national/codes/{name}.yaml")


@cache
def ethnicity() -> CodeList:
    codes = _codes("ethnicity")
    # 汉 for 汉族: people write the short form.
    return CodeList(
        "民族",
        codes,
        {
            name.removesuffix("族"): code
            for code, name in codes.items()
            if len(name) > 2 or name == "汉族"
        },
    )


@cache
def education() -> CodeList:
    return CodeList(
        "学历",
        _codes("education"),
        {
            "硕士": "12", "博士": "11", "本科": "21", "大学本科": "21", "大学专科": "22", "专科": "22",
            "中专": "41", "高中": "6", "职高": "44", "技校": "47", "初级中学": "7",
        },
    )  # fmt: skip


@cache
def job() -> CodeList:
    return CodeList("工作岗位", _codes("job"))


@cache
def category() -> CodeList:
    return CodeList(
        "人员类别",
        {"full": "正式党员", "probationary": "预备党员"},
        {"正式": "full", "预备": "probationary"},
    )


@cache
def status() -> CodeList:
    return CodeList("党籍状态", {"normal": "正常", "suspended": "停止党籍"}, {"停止": "suspended"})


@cache
def sex() -> CodeList:
    return CodeList(
        "性别",
        {"male": "男", "female": "女"},
        {"男性": "male", "女性": "female", "1": "male", "2": "female"},
    )
