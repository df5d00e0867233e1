"""The fact contract: the relations a standard may judge, whatever they were read from.

The same relations come from the live database (``zhibu.standards``), from a folder of
CSV or Parquet files, or from one workbook with Chinese headings. In that *file form* a
``day`` column holds a date (null where unknown) and all other columns what their type says.
``zhibu_engine.facts_prepare`` turns the file form into the *judging form*: whole numbers
only, each day as its distance from the judging day, and the columns in ``DERIVED`` added.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ColumnType = Literal["id", "int", "bool", "day", "code", "text"]

#: Judging form of an absent day: an end that never came, or a day nobody knows.
NEVER = 999_999
UNKNOWN = -999_999


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``codes`` names a code list of the packs; ``empty`` is the judging form of null."""

    name: str
    zh: str
    type: ColumnType
    meaning: str = ""
    codes: str = ""
    empty: int | str | bool | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation. Every row belongs to a unit.

    ``group`` is the code column by which tallies are grouped; ``event`` the day column that
    places a row in a period (such a relation also has ``month`` and ``quarter`` in judging form).
    """

    name: str
    zh: str
    meaning: str
    columns: tuple[Column, ...]
    group: str = ""
    event: str = ""
    keys: tuple[str, ...] = ()
    by_name: dict[str, Column] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self.by_name.update({column.name: column for column in self.columns})


#: Columns that the judging form adds to every relation with an ``event`` day.
DERIVED = (
    Column("month", "月", "int", "该日所在月份 1–12"),
    Column("quarter", "季度", "int", "该日所在季度 1–4"),
    Column("date_key", "日序", "int", "(该日年份−评判年份)×10000＋月×100＋日"),
)

_UNIT = Column("unit_id", "组织编号", "id", "组织的编号，与《组织》表一致")
_RECORD = Column("record_id", "记录编号", "id", "记录的编号")


def _never(name: str, zh: str, meaning: str) -> Column:
    return Column(name, zh, "day", meaning, empty=NEVER, optional=True)


def _unknown(name: str, zh: str, meaning: str) -> Column:
    return Column(name, zh, "day", meaning, empty=UNKNOWN, optional=True)


def _flag(name: str, zh: str, meaning: str) -> Column:
    return Column(name, zh, "bool", meaning, empty=False, optional=True)


def _count(name: str, zh: str, meaning: str, empty: int = 0) -> Column:
    return Column(name, zh, "int", meaning, empty=empty, optional=True)


RELATIONS: dict[str, Relation] = {
    relation.name: relation
    for relation in (
        Relation(
            "unit",
            "组织",
            "被评判的组织，每个组织一行",
            (
                _UNIT,
                Column("code", "组织代码", "text", "对外使用的代码"),
                Column("name", "组织名称", "text"),
                Column("kind", "组织类别", "code", "党委、党总支、党支部等", codes="unit_kind"),
                Column(
                    "sector", "所属领域", "code", "机关、村、社区等十类", codes="sector", empty=""
                ),
                _unknown("founded", "成立日期", "成立当日起计"),
                _never("withdrawn", "撤销日期", "撤销当日止；在册的留空"),
                _flag("temporary", "临时组织", "临时党支部填是"),
            ),
            keys=("unit_id",),
        ),
        Relation(
            "unit_ancestor",
            "隶属",
            "组织与其各级上级；line 为 tree（隶属）或 guidance（归口）",
            (
                _UNIT,
                Column("line", "线", "code", "tree 隶属，guidance 归口", codes="line"),
                Column("ancestor_id", "上级编号", "id"),
                Column("depth", "层级差", "int", "直接上级为 1"),
                _unknown("from_day", "起", "隶属开始日"),
                _never("to_day", "止", "隶属结束日"),
            ),
            group="line",
        ),
        Relation(
            "post",
            "任职",
            "谁在什么时候担任什么职务",
            (
                _UNIT,
                Column("person_id", "人员编号", "id"),
                Column("person", "姓名", "text", empty=""),
                Column("post", "职务", "code", codes="post"),
                _flag("has_duty", "有分工", "写明了分工"),
                _unknown("from_day", "任职起", "任职首日"),
                _never("to_day", "任职止", "任职末日；现任留空"),
            ),
            group="post",
        ),
        Relation(
            "term",
            "届期",
            "班子届期",
            (
                _UNIT,
                _unknown("from_day", "本届起", "本届开始日"),
                _unknown("to_day", "本届止", "届满日"),
                _unknown("extended_to", "批准延期至", "经上级批准延期的，填延期后的届满日"),
            ),
        ),
        Relation(
            "member",
            "党员",
            "党员在某组织的一段党籍关系",
            (
                _UNIT,
                Column("person_id", "人员编号", "id"),
                Column("person", "姓名", "text", empty=""),
                Column(
                    "category", "人员类别", "code", "正式党员或预备党员", codes="member_category"
                ),
                Column(
                    "group_id", "党小组编号", "id", "未编入党小组的填 0", empty=0, optional=True
                ),
                _flag("leader", "党员领导干部", "是党员领导干部"),
                _flag("lost", "失联党员", "是失联党员"),
                _flag("floating", "流动党员", "是流动党员"),
                _flag("suspended", "停止党籍", "党籍状态为停止党籍"),
                _unknown("joined", "入党日期", "加入党组织日期"),
                _unknown("full_on", "转正日期", "转为正式党员日期"),
                _unknown("from_day", "转入日", "在本组织的首日"),
                _never("to_day", "转出日", "在本组织的末日；在册留空"),
            ),
            group="category",
        ),
        Relation(
            "group",
            "党小组",
            "党支部下设的党小组",
            (
                _UNIT,
                Column("group_id", "党小组编号", "id"),
                Column("name", "党小组名称", "text", empty=""),
                _count("members", "组员数", "当日编入的党员数"),
                _count("leaders", "组长数", "当日在任的组长数"),
                _unknown("from_day", "设立日", "设立首日"),
                _never("to_day", "撤销日", "撤销末日"),
            ),
        ),
        Relation(
            "segment",
            "会议",
            "一次会议中的一个环节，对每个召开它的组织一行",
            (
                _UNIT,
                _RECORD,
                Column("segment_id", "环节编号", "id"),
                Column("kind", "会议类别", "code", codes="segment_kind"),
                Column("day", "日期", "day", "召开日期", empty=UNKNOWN),
                Column("title", "主题", "text", empty="", optional=True),
                Column("convener", "召集主体", "code", codes="convener", empty=""),
                Column(
                    "presider_post",
                    "主持人当日职务",
                    "code",
                    "没有所需职务的留空",
                    codes="post",
                    empty="",
                    optional=True,
                ),
                Column(
                    "recorder_post", "记录人当日职务", "code", codes="post", empty="", optional=True
                ),
                Column(
                    "lecturer_post", "授课人当日职务", "code", codes="post", empty="", optional=True
                ),
                Column("form", "活动形式", "code", codes="activity_form", empty="", optional=True),
                _count("due", "应到人数", "应到会人数"),
                _count("entitled", "应到有表决权人数", "应到会有表决权的人数"),
                _count("present", "实到人数", "实到会人数"),
                _count("present_entitled", "实到有表决权人数", "实到会有表决权的人数"),
                _count("nonmembers", "非党员人数", "到会的非党员人数，不计入应到"),
                _count("absent_unexplained", "缺席未说明人数", "缺席而未写原因的人数"),
                _count("agenda_items", "议题数", "议题数"),
                _count("resolutions", "决议数", "形成决议的议题数"),
                _count("missing_fields", "缺项数", "该类会议应填而未填的项数"),
                _count("entry_delay", "录入间隔", "录入日与召开日相差天数"),
                _flag("late", "补录", "超过期限补录，已写明原因"),
                _flag("first_item_study", "第一议题为学习", "第一项议题是学习"),
                _flag("secretary_present", "书记到会", "书记在出席名单中"),
                _flag("joint", "联合召开", "多个组织联合召开"),
                _flag("duplicate", "重复", "与本组织另一条记录内容相同"),
            ),
            group="kind",
            event="day",
            keys=("segment_id", "unit_id"),
        ),
        Relation(
            "attendance",
            "出席",
            "某人在某一环节的到会情况",
            (
                _UNIT,
                _RECORD,
                Column("segment_id", "环节编号", "id"),
                Column("person_id", "人员编号", "id"),
                Column("kind", "会议类别", "code", codes="segment_kind"),
                Column("state", "到会情况", "code", "到会、请假、缺席", codes="attendance_state"),
                Column("day", "日期", "day", empty=UNKNOWN),
            ),
            group="kind",
            event="day",
        ),
        Relation(
            "part",
            "参与",
            "某人以某职务在记录中承担的角色",
            (
                _UNIT,
                _RECORD,
                Column("person_id", "人员编号", "id"),
                Column("person", "姓名", "text", empty="", optional=True),
                Column("role", "角色", "code", "主持、记录、授课、领学", codes="part_role"),
                Column("post", "当时职务", "code", codes="post", empty="", optional=True),
                Column("kind", "会议类别", "code", codes="segment_kind", empty="", optional=True),
                Column("day", "日期", "day", empty=UNKNOWN),
            ),
            group="role",
            event="day",
        ),
        Relation(
            "document",
            "文档",
            "计划、小结、总结等有期间的文档",
            (
                _UNIT,
                _RECORD,
                Column("kind", "文档类别", "code", codes="document_kind"),
                Column("day", "形成日期", "day", empty=UNKNOWN),
                Column("title", "标题", "text", empty="", optional=True),
                Column(
                    "period",
                    "期间类别",
                    "code",
                    "year、half、quarter",
                    codes="period",
                    empty="year",
                ),
                Column("year", "所属年度", "int"),
                _count("index", "期间序号", "第几季度或上下半年；年度填 1", empty=1),
                _flag("adopted", "经会议通过", "经有效会议研究通过"),
                _count("items", "条目数", "计划条目数"),
                _count("items_unassigned", "未明确条目", "没有责任人或时限的条目数"),
                _count("items_unanswered", "未答复条目", "没有写明完成与否的条目数"),
                _count("entry_delay", "录入间隔", "录入日与形成日相差天数"),
                _flag("late", "补录", "超过期限补录，已写明原因"),
            ),
            group="kind",
            event="day",
            keys=("record_id",),
        ),
    )
}
