"""An invented prefecture: a working committee with organ branches, a county with villages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from zhibu.demo.people import People, Person

ORGANS = (
    "发展改革 教育 科技 工业信息 民族事务 司法 财政 人力资源 自然资源 生态环境 住房建设 交通运输 水务 农业农村 "
    "商务 文化旅游 卫生健康 应急管理 审计 市场监管 统计 医疗保障 林业 城市管理"
).split()
TOWNSHIPS = "青石 柳湾 白马 双桥 云溪 石门 红星 大营 东川 南坪 平安 松岭".split()
VILLAGES = (
    "上营 下营 东沟 西沟 前庄 后庄 大柳 小柳 石桥 清泉 北坡 南湾 新民 和平 王家铺 杨树 桃园 榆林 长岭 高台"
).split()
OFFICES = ("机关第一", "机关第二", "业务", "综合", "离退休")


@dataclass(slots=True)
class Holding:
    """A post held from a day to a day; ``post`` as the sheet names it."""

    post: str
    person: Person
    from_on: date
    to_on: date | None = None
    duty: str = ""


@dataclass(slots=True)
class DemoUnit:
    code: str
    name: str
    kind: str
    sector: str = ""
    parent: str = ""
    guidance: str = ""
    founded: date = date(2012, 3, 1)
    #: Last day before it is merged into a sibling, in the middle of this year.
    merged_on: date | None = None
    short: str = ""


@dataclass(slots=True)
class Branch:
    """A branch with its people, and how well it keeps its records (0–1)."""

    unit: DemoUnit
    quality: float
    rural: bool
    members: list[Person]
    posts: list[Holding] = field(default_factory=list)
    term: tuple[date, date] | None = None
    groups: list[tuple[str, list[Person]]] = field(default_factory=list)
    township: str = ""

    def alive(self, day: date) -> bool:
        return self.unit.founded <= day and (
            self.unit.merged_on is None or day <= self.unit.merged_on
        )

    def holder(self, post: str, day: date) -> Person | None:
        for held in self.posts:
            if (
                held.post == post
                and held.from_on <= day
                and (held.to_on is None or day <= held.to_on)
            ):
                return held.person
        return None

    def roster(self, day: date) -> list[Person]:
        return [person for person in self.members if person.joined <= day]

    def committee(self, day: date) -> list[Person]:
        found = [self.holder(post, day) for post in COMMITTEE_POSTS]
        unique: dict[int, Person] = {id(person): person for person in found if person}
        return list(unique.values())


COMMITTEE_POSTS = ("书记", "副书记", "组织委员", "宣传委员", "纪检委员")
DUTIES = {
    "书记": "主持支部全面工作",
    "副书记": "协助书记，负责日常工作",
    "组织委员": "党员管理、发展党员、党费",
    "宣传委员": "学习教育、宣传",
    "纪检委员": "纪律教育、监督",
}


@dataclass(slots=True)
class Prefecture:
    units: list[DemoUnit]
    branches: list[Branch]
    #: 包村、驻村 and other posts held in units that are not branches.
    other_posts: list[tuple[str, Holding]]


class Builder:
    """Builds the prefecture from one seed; the same seed and day give the same world."""

    def __init__(self, today: date, seed: int = 20260701, scale: float = 1.0) -> None:
        self.random, self.today, self.scale = Random(seed), today, scale
        self.people = People(self.random, today)
        self.units: list[DemoUnit] = []
        self.branches: list[Branch] = []
        self.other_posts: list[tuple[str, Holding]] = []

    def build(self) -> Prefecture:
        self._unit("YZ", "中共云州市委员会", "党委")
        self._unit("YZ-ZZB", "中共云州市委组织部", "组织部", parent="YZ")
        self._organs()
        self._county()
        return Prefecture(self.units, self.branches, self.other_posts)

    def _unit(self, code: str, name: str, kind: str, **fields: object) -> DemoUnit:
        unit = DemoUnit(code, name, kind, **fields)  # type: ignore[arg-type]
        self.units.append(unit)
        return unit

    def _organs(self) -> None:
        self._unit(
            "SZ", "中共云州市直属机关工作委员会", "党工委", parent="YZ", short="市直机关工委"
        )
        self._unit("JY", "中共云州市委教育工作委员会", "党工委", parent="YZ", short="市委教育工委")
        for number, organ in enumerate(ORGANS[: max(2, round(len(ORGANS) * self.scale))], start=1):
            code = f"SZ{number:02d}"
            self._unit(
                code,
                f"中共云州市{organ}局机关委员会",
                "党委",
                parent="SZ",
                short=f"市{organ}局机关党委",
            )
            for order, office in enumerate(OFFICES, start=1):
                self._branch(
                    f"{code}-{order}",
                    f"中共云州市{organ}局{office}支部委员会",
                    f"市{organ}局{office}支部",
                    parent=code,
                    rural=False,
                    sector="党和国家机关",
                    guidance="JY" if organ == "教育" else "",
                )

    def _county(self) -> None:
        self._unit("QH", "中共青河县委员会", "党委", parent="YZ", short="青河县委")
        self._unit("QH-ZZB", "中共青河县委组织部", "组织部", parent="QH", short="青河县委组织部")
        for number, town in enumerate(
            TOWNSHIPS[: max(1, round(len(TOWNSHIPS) * self.scale))], start=1
        ):
            code = f"QH{number:02d}"
            self._unit(
                code, f"中共青河县{town}镇委员会", "党委", parent="QH", short=f"{town}镇党委"
            )
            leaders = [self.people.person(rural=False, leader=True) for _ in range(3)]
            for order, village in enumerate(self.random.sample(VILLAGES, 15), start=1):
                branch = self._branch(
                    f"{code}-{order:02d}",
                    f"中共青河县{town}镇{village}村支部委员会",
                    f"{town}镇{village}村支部",
                    parent=code,
                    rural=True,
                    sector="社区" if village == "和平" else "村",
                )
                branch.township = f"{town}镇"
                self._village_posts(branch, leaders)

    def _branch(
        self,
        code: str,
        name: str,
        short: str,
        *,
        parent: str,
        rural: bool,
        sector: str,
        guidance: str = "",
    ) -> Branch:
        random = self.random
        founded = date(random.randrange(2004, 2020), random.randrange(1, 13), 1)
        if (
            random.random() < 0.02
        ):  # set up in the middle of the year: owes only whole periods of its life
            founded = date(self.today.year, 4, 16)
        merged_on = (
            date(self.today.year, 5, 31)
            if random.random() < 0.01 and founded.year < self.today.year and self.branches
            else None
        )
        unit = self._unit(
            code,
            name,
            "党支部",
            sector=sector,
            parent=parent,
            guidance=guidance,
            founded=founded,
            short=short,
            merged_on=merged_on,
        )
        size = int(random.triangular(4, 62, 31)) if rural else int(random.triangular(4, 55, 26))
        members = self._members(size, rural)
        branch = Branch(unit, self._quality(), rural, members)
        self._committee(branch)
        self.branches.append(branch)
        return branch

    def _members(self, size: int, rural: bool) -> list[Person]:
        members: list[Person] = []
        names: set[str] = set()
        while len(members) < size:
            person = self.people.person(
                rural=rural, leader=not rural and self.random.random() < 0.08
            )
            if (
                person.name in names and self.random.random() < 0.98
            ):  # two of one name are rare, but happen
                continue
            names.add(person.name)
            members.append(person)
        return members

    def _quality(self) -> float:
        pick = self.random.random()
        for limit, low, high in (
            (0.15, 0.94, 1.0),
            (0.5, 0.8, 0.94),
            (0.8, 0.55, 0.8),
            (0.95, 0.25, 0.55),
        ):
            if pick < limit:
                return self.random.uniform(low, high)
        return self.random.uniform(0.0, 0.15)

    def _committee(self, branch: Branch) -> None:
        random, today = self.random, self.today
        years = 5 if branch.unit.sector in {"村", "社区"} else 3
        start = today - timedelta(
            days=random.randrange(40, years * 365 + (260 if branch.quality < 0.5 else 0))
        )
        start = max(start.replace(day=1), branch.unit.founded)
        end = start.replace(year=start.year + years) - timedelta(days=1)
        branch.term = (start, end)
        grown = [person for person in branch.members if person.full_on and person.full_on < start]
        grown = (
            [person for person in grown if (today - person.born).days < 66 * 365]
            or grown
            or branch.members
        )
        wanted = (
            COMMITTEE_POSTS
            if len(branch.members) >= 25
            else (("书记", "组织委员", "宣传委员") if len(branch.members) >= 7 else ("书记",))
        )
        # Re-elected: they held their posts in the term before as well.
        since = max(start.replace(year=start.year - years), branch.unit.founded)
        chosen = random.sample(grown, min(len(wanted), len(grown)))
        for post, person in zip(wanted, chosen, strict=False):
            duty = DUTIES[post] if random.random() < 0.3 + branch.quality else ""
            took = max(since, person.full_on) if person.full_on else since
            branch.posts.append(Holding(post, person, took, None, duty))
            person.leader = person.leader or post == "书记"
        if branch.quality < 0.45 and random.random() < 0.4 and len(branch.posts) > 1:
            # The secretary's chair is vacant.
            branch.posts[0].to_on = today - timedelta(days=random.randrange(30, 260))
        if len(branch.members) >= 36:
            self._groups(branch, start)

    def _groups(self, branch: Branch, start: date) -> None:
        half = len(branch.members) // 2
        for title, members in (
            ("第一党小组", branch.members[:half]),
            ("第二党小组", branch.members[half:]),
        ):
            if branch.quality < 0.4:
                members = members[: len(members) // 2]
            branch.groups.append((title, members))

    def _village_posts(self, branch: Branch, leaders: list[Person]) -> None:
        start = branch.posts[0].from_on
        secretary = branch.posts[0].person
        others = [person for person in branch.members if person is not secretary] or branch.members
        director = secretary if self.random.random() < 0.6 else self.random.choice(others)
        branch.posts.append(Holding("村委会主任", director, start))
        if self.random.random() < 0.85:
            branch.posts.append(Holding("村文书", self.random.choice(others), start))
        if self.random.random() < 0.3:
            branch.posts.append(
                Holding("第一书记", self.people.person(rural=False, leader=True), start)
            )
        branch.posts.append(Holding("包村领导", self.random.choice(leaders), start))
