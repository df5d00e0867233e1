"""Who there is: units, posts, terms, members and groups."""

from __future__ import annotations

from zhibu_engine.facts.contract import UNIT, Column, Relation, count, flag, never, unknown

ORGANIZATION = (
    Relation(
        "unit",
        "组织",
        "被评判的组织，每个组织一行",
        (
            UNIT,
            Column("code", "组织代码", "text", "对外使用的代码"),
            Column("name", "组织名称", "text"),
            Column("kind", "组织类别", "code", "党委、党总支、党支部等", codes="unit_kind"),
            Column("sector", "所属领域", "code", "机关、村、社区等十类", codes="sector", empty=""),
            unknown("founded", "成立日期", "成立当日起计"),
            never("withdrawn", "撤销日期", "撤销当日止；在册的留空"),
            flag("temporary", "临时组织", "临时党支部填是"),
        ),
        keys=("unit_id",),
    ),
    Relation(
        "unit_ancestor",
        "隶属",
        "组织与其各级上级；line 为 tree（隶属）或 guidance（归口）",
        (
            UNIT,
            Column("line", "线", "code", "tree 隶属，guidance 归口", codes="line"),
            Column("ancestor_id", "上级编号", "id"),
            Column("depth", "层级差", "int", "直接上级为 1"),
            unknown("from_day", "起", "隶属开始日"),
            never("to_day", "止", "隶属结束日"),
        ),
        group="line",
    ),
    Relation(
        "post",
        "任职",
        "谁在什么时候担任什么职务",
        (
            UNIT,
            Column("person_id", "人员编号", "id"),
            Column("person", "姓名", "text", empty=""),
            Column("post", "职务", "code", codes="post"),
            flag("has_duty", "有分工", "写明了分工"),
            unknown("from_day", "任职起", "任职首日"),
            never("to_day", "任职止", "任职末日；现任留空"),
        ),
        group="post",
    ),
    Relation(
        "term",
        "届期",
        "班子届期",
        (
            UNIT,
            unknown("from_day", "本届起", "本届开始日"),
            unknown("to_day", "本届止", "届满日"),
            unknown("extended_to", "批准延期至", "经上级批准延期的，填延期后的届满日"),
        ),
    ),
    Relation(
        "member",
        "党员",
        "党员在某组织的一段党籍关系",
        (
            UNIT,
            Column("person_id", "人员编号", "id"),
            Column("person", "姓名", "text", empty=""),
            Column("category", "人员类别", "code", "正式党员或预备党员", codes="member_category"),
            Column("group_id", "党小组编号", "id", "未编入党小组的填 0", empty=0, optional=True),
            flag("leader", "党员领导干部", "是党员领导干部"),
            flag("lost", "失联党员", "是失联党员"),
            flag("floating", "流动党员", "是流动党员"),
            flag("suspended", "停止党籍", "党籍状态为停止党籍"),
            unknown("joined", "入党日期", "加入党组织日期"),
            unknown("full_on", "转正日期", "转为正式党员日期"),
            unknown("from_day", "转入日", "在本组织的首日"),
            never("to_day", "转出日", "在本组织的末日；在册留空"),
        ),
        group="category",
    ),
    Relation(
        "group",
        "党小组",
        "党支部下设的党小组",
        (
            UNIT,
            Column("group_id", "党小组编号", "id"),
            Column("name", "党小组名称", "text", empty=""),
            count("members", "组员数", "当日编入的党员数"),
            count("leaders", "组长数", "当日在任的组长数"),
            unknown("from_day", "设立日", "设立首日"),
            never("to_day", "撤销日", "撤销末日"),
        ),
    ),
)
