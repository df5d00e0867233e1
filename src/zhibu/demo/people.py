"""Invented persons. Nobody here exists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
MALE = (
    "建国志强永明振东德福金山海波学文玉林春生立新成斌世杰宏伟兴旺景田庆丰长河子安守信广平云峰伯阳"
)
FEMALE = "秀兰桂英春梅玉珍丽华淑芬彩霞雪琴晓燕月红素云巧玲文静佳慧雅楠思雨凤霞小娟艳秋清荷若兰念慈"
#: 中国行政区划中不存在的县级代码，身份证号因此不可能属于真人。
REGION = "139901"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(born: date, serial: int) -> str:
    """An 18-digit number with a right check digit (GB 11643) in a county that does not exist."""
    body = f"{REGION}{born:%Y%m%d}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


@dataclass(slots=True)
class Person:
    """One invented member."""

    name: str
    sex: str
    born: date
    id_number: str
    phone: str
    joined: date
    full_on: date | None
    education: str
    job: str
    ethnicity: str = "01 汉族"
    leader: bool = False
    lost: bool = False
    floating: bool = False
    posts: list[str] = field(default_factory=list)


class People:
    """A source of persons; two never share an identity number."""

    def __init__(self, random: Random, today: date) -> None:
        self.random, self.today = random, today
        self._taken: set[str] = set()
        self._phone = 0

    def name(self, male: bool) -> str:
        given = MALE if male else FEMALE
        pick = self.random.randrange(0, len(given), 2)
        word = given[pick : pick + 2]
        if self.random.random() < 0.45:
            word = self.random.choice(given)
        return self.random.choice(SURNAMES) + word

    def person(self, *, rural: bool, leader: bool = False) -> Person:
        """A member of a plausible age who joined as a grown-up, some of them last year."""
        random = self.random
        male = random.random() < 0.68
        age = random.triangular(24, 84 if rural else 66, 55 if rural else 42)
        born = self.today - timedelta(days=int(age * 365.25) + random.randrange(365))
        joined = self._joined(born)
        full_on = joined.replace(year=joined.year + 1, day=min(joined.day, 28))
        return Person(
            name=self.name(male),
            sex="男" if male else "女",
            born=born,
            id_number=self._id_number(born, male),
            phone=self._phone_number(rural),
            joined=joined,
            full_on=full_on if full_on <= self.today else None,
            education=random.choice(_EDUCATION_RURAL if rural else _EDUCATION_ORGAN),
            job="11 农牧渔业生产人员" if rural else random.choice(_JOBS_ORGAN),
            ethnicity="01 汉族"
            if random.random() < 0.97
            else random.choice(["03 回族", "11 满族"]),
            leader=leader,
            lost=False,
            floating=rural and random.random() < 0.05,
        )

    def _joined(self, born: date) -> date:
        earliest = date(born.year + 19, 1, 1)
        latest = self.today - timedelta(days=60)
        span = max((latest - earliest).days, 1)
        years_after = min(self.random.triangular(0, 30, 5) * 365.25, span - 1)
        return earliest + timedelta(days=int(max(years_after, 0)))

    def _id_number(self, born: date, male: bool) -> str:
        while True:
            serial = self.random.randrange(0, 499) * 2 + (1 if male else 0)
            number = id_number(born, serial)
            if number not in self._taken:
                self._taken.add(number)
                return number

    def _phone_number(self, rural: bool) -> str:
        if rural and self.random.random() < 0.12:
            return ""
        self._phone = (self._phone + 7) % 10_000
        return f"1380000{self._phone:04d}"


_EDUCATION_RURAL = ("7 初中", "7 初中", "6 普通高中", "8 小学", "41 中等专科", "22 大专")
_EDUCATION_ORGAN = ("21 大学", "21 大学", "22 大专", "12 硕士研究生", "1B 省（区、市）委党校研究生")
_JOBS_ORGAN = (
    "011 公务员",
    "011 公务员",
    "012 参照公务员法管理的工作人员",
    "0211 事业单位管理岗位",
    "502 退休人员",
)
