"""What the words of a pack are called in Chinese: headings of the workbook, titles in editors, the handbook.

A word that is not here is shown as it is written, so a new word works at once; a test asks for its name.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from zhibu_engine.facts import RELATIONS
from zhibu_engine.validity import BREACHES
from zhibu_engine.verdicts import CODE_ZH, VERDICT_ZH

#: Word → Chinese, wherever it stands.
WORDS: dict[str, str] = {
    # of packs and standards
    "key": "代号",
    "version": "版本",
    "title": "标题",
    "publisher": "发布单位",
    "depends": "依赖",
    "adopts_kinds": "采用的组织类别",
    "description": "说明文字",
    "extends": "只写改动",
    "label": "标签",
    "total_points": "总分",
    "applies": "适用",
    "groups": "分组",
    "criteria": "条目",
    "items": "分项",
    "clauses": "条款",
    "codes": "代码",
    "code": "代码",
    "subject": "评判对象",
    "average": "按期平均",
    "caps": "上限",
    "levels": "等次",
    "not_applicable": "不适用的分值",
    # of entries
    "group": "所属分组",
    "item": "所属分项",
    "maps": "对应条目",
    "points": "分值",
    "class": "性质",
    "method": "评判方法",
    "rule": "规则",
    "loss": "扣分",
    "basis": "依据",
    "message": "要求",
    "fix": "怎么办",
    "form": "录入表单",
    "waits_for": "等待的记录",
    "wording": "措辞",
    "zeroes": "不满足时清零",
    "caps_level": "等次最高为",
    "caps_score": "总分最高为",
    "cap": "连同加分最多",
    "must": "必须满足的条款",
    "bonus": "加分最多",
    "penalty": "扣分最多",
    "total": "总分最多",
    "procedures": "程序",
    "registers": "登记册",
    # of segment and document kinds
    "conveners": "召集主体",
    "presiders": "主持人职务",
    "substitutes": "可委托的主持人职务",
    "recorders": "记录人职务",
    "lecturers": "授课人职务",
    "due": "应到范围",
    "entitled": "有表决权范围",
    "quorum": "法定人数",
    "required": "必填项",
    "max_nonmember_share": "非党员最高占比",
    "min_present": "最少实到人数",
    "forms": "活动形式",
    "ledger": "台账名称",
    "periods": "可用期间",
    "adopted_by": "由何会议通过",
    # of applies
    "kinds": "组织类别",
    "except_kinds": "除外的组织类别",
    "sectors": "领域",
    "except_sectors": "除外的领域",
    "temporary": "临时组织",
    "full_members": "正式党员数",
    "members": "党员数",
    "age_days": "成立天数",
    "from": "起",
    "to": "止",
    # of wording
    "noun": "名词",
    "unit": "量词",
    "passing": "做到的说法",
    "failing": "没做到的说法",
    "says": "整句",
    "reasons": "不计的原因",
    # of rules
    "kind": "规则类别",
    "segments": "会议类别",
    "documents": "文档类别",
    "document": "文档类别",
    "per": "期间",
    "at_least": "不少于",
    "at_most": "不多于",
    "more_than": "超过",
    "where": "条件",
    "part": "达到的条件",
    "valid": "只计有效",
    "deadline": "最后日期",
    "grace_days": "宽限天数",
    "strict": "逾期不计",
    "adopted": "须经会议通过",
    "assigned": "须明确责任人和时限",
    "answered": "须写明完成情况",
    "items_from": "条目不少于",
    "of_year": "哪一年的",
    "warn_days": "提前提醒天数",
    "posts": "职务",
    "bands": "分档",
    "members_from": "党员人数起",
    "size_from": "人数起",
    "size_to": "人数止",
    "max_vacancy_days": "最长空缺天数",
    "leader": "须有组长",
    "all_members_grouped": "人人编入",
    "needed_from": "党员数达到才要求",
    "of": "范围",
    "relation": "记录",
    "when_none": "没有记录时",
    "floor": "到会率下限",
    "within_days": "天数以内",
    "max_gap": "最长间断",
    "max_last_share": "末月最高占比",
    "column": "列",
    "who": "何人",
    "roles": "角色",
    "states": "到会情况",
    "breaches": "不合规定之处",
    "guide": "评分说明",
    # of losses
    "flag": "不满足扣",
    "per_extra": "每多一个加",
    "zero_from": "缺数达到即扣完",
    "per_missing": "每缺一个扣",
    "steps": "按缺数扣",
    "tiers": "按数得分",
    "earns": "得",
    "rate": "按百分点扣",
    "loses": "扣",
    "proportional": "按比例得分",
    # of cases
    "name": "用例名称",
    "standard": "标准",
    "clause": "条款",
    "as_of": "评判日",
    "facts": "事实",
    "defaults": "默认值",
    "expect": "预期",
    "cases": "用例",
}
#: Where a word means something else: (what it stands in, word) → Chinese.
CLOSER: dict[tuple[str, str], str] = {
    ("Applies", "groups"): "党小组数",
    ("DocumentKind", "items"): "逐条列出",
    ("Subject", "kind"): "对象",
    ("Level", "from"): "分数不低于",
    ("Quorum", "of"): "占何人的",
    ("rate", "per"): "每几个百分点",
    ("Loss", "at_most"): "最多扣",
    ("Expect", "verdict"): "结论",
    ("Expect", "code"): "原因",
    ("Expect", "measured"): "实际",
    ("Expect", "required"): "要求数",
    ("Expect", "lost"): "扣分",
    ("Expect", "earned"): "得分",
    ("Expect", "missing"): "缺少",
    ("Expect", "rejected"): "不计条数",
    ("Expect", "counted"): "计入条数",
    ("Expect", "until"): "截止日",
}
#: Values that a word may take, in Chinese.
VALUES: dict[str, str] = {
    "base": "基础规范",
    "scored": "基本任务",
    "statistic": "只统计",
    "bonus": "加分",
    "penalty": "扣分",
    "veto": "否决",
    "item": "本分项",
    "total": "全部",
    "person": "任职人员",
    "matter": "事项",
    "entry": "登记",
    "unit": "组织",
    "rescale": "按其余分值折算",
    "lost": "按零分",
    "record": "由记录评判",
    "manual": "人工评分",
    "later": "待有记录后评判",
    "month": "每月",
    "quarter": "每季度",
    "half": "每半年",
    "year": "每年",
    "all_members": "全体党员",
    "full_members": "正式党员",
    "members": "党员",
    "leaders": "党员领导干部",
    "committee": "支委会成员",
    "group": "党小组成员",
    "listed": "名单所列",
    "none": "无",
    "entitled": "有表决权的",
    "due": "应到的",
    "full": "正式党员数",
    "all": "党员总数",
    "not_assessed": "未评",
    "unmet": "不满足",
    "not_applicable": "不适用",
    "met": "满足",
    "partial": "部分满足",
    "not_due": "未到期",
}
#: The same where they mean something else: (word, value) → Chinese.
VALUES_CLOSER: dict[tuple[str, str], str] = {
    ("zeroes", "group"): "本分组",
    ("not_applicable", "full"): "按满分",
    **{("relation", relation.name): relation.zh for relation in RELATIONS.values()},
    **{("verdict", verdict): zh for verdict, zh in VERDICT_ZH.items()},
    **{("code", code): zh for code, zh in CODE_ZH.items() if zh},
}
#: Word → the code list that its values come from. ``standard.*`` are the keys of the same standard.
LISTS: dict[str, str] = {
    "adopts_kinds": "unit_kind",
    "kinds": "unit_kind",
    "except_kinds": "unit_kind",
    "sectors": "sector",
    "except_sectors": "sector",
    "conveners": "convener",
    "presiders": "post",
    "substitutes": "post",
    "recorders": "post",
    "lecturers": "post",
    "posts": "post",
    "forms": "activity_form",
    "adopted_by": "segment_kind",
    "segments": "segment_kind",
    "documents": "document_kind",
    "document": "document_kind",
    "roles": "part_role",
    "breaches": "breach",
    "required": "field",
    "column": "column",
    "states": "attendance_state",
}
#: Lists that the program itself fixes.
FIXED_LISTS: dict[str, dict[str, str]] = {
    "breach": dict(BREACHES),
    "field": {
        "title": "主题",
        "presider": "主持人",
        "recorder": "记录人",
        "lecturer": "授课人",
        "reader": "领学人",
        "convener": "召集主体",
        "agenda": "议题",
        "resolution": "决议",
        "discussion": "讨论情况",
        "form": "活动形式",
        "material": "学习材料",
        "content": "内容",
        "place": "地点",
        "starts_at": "开始时间",
        "ends_at": "结束时间",
    },
    "column": {column.name: column.zh for column in RELATIONS["segment"].columns},
}
#: Words that hold conditions on columns of a relation.
CONDITIONS = ("where", "part")


def word_zh(word: str, within: str = "") -> str:
    """The Chinese name of a word, or the word itself."""
    return CLOSER.get((within, word)) or WORDS.get(word, word)


def value_zh(value: str, word: str) -> str:
    """The Chinese name of a value that a word may take, or the value itself."""
    return VALUES_CLOSER.get((word, value)) or VALUES.get(value, value)


def kind_title(cls: type) -> str:
    """The first words of a rule kind's docstring."""
    return (inspect.getdoc(cls) or "").partition("。")[0].strip()


def kind_usage(cls: type) -> str:
    """The Chinese paragraph 用法： of a rule kind's docstring; "" where it has none."""
    for paragraph in (inspect.getdoc(cls) or "").split("\n\n"):
        if paragraph.startswith("用法："):
            return "".join(line.strip() for line in paragraph.splitlines()).removeprefix("用法：")
    return ""


def column_names() -> Mapping[str, str]:
    """Column → Chinese, where all relations agree and no other column is called the same."""
    said: dict[str, set[str]] = {}
    for relation in RELATIONS.values():
        for column in relation.columns:
            said.setdefault(column.name, set()).add(column.zh)
    agreed = {name: next(iter(names)) for name, names in said.items() if len(names) == 1}
    twice = [zh for zh in agreed.values() if list(agreed.values()).count(zh) > 1]
    return {name: zh for name, zh in agreed.items() if zh not in twice}


def column_lists() -> Mapping[str, str]:
    """Column → its code list, where all relations agree."""
    said: dict[str, set[str]] = {}
    for relation in RELATIONS.values():
        for column in relation.columns:
            said.setdefault(column.name, set()).add(column.codes)
    return {name: next(iter(lists)) for name, lists in said.items() if len(lists) == 1}


#: What to write under a word, where its name does not say it.
NOTES: dict[str, str] = {
    "key": "小写英文字母、数字和下划线，以字母开头；定了不再改。",
    "version": "如 2026.1；发布以后内容要改，就换一个版本号。",
    "depends": "写在哪些制度包之上，填它们的代号，如 national。",
    "extends": "填“是”：只写要改的条目，其余照前面制度包中同一代号的标准。",
    "label": "如“示例”，显示在标准名称旁。",
    "total_points": "各分项之和、各条款之和都要与它相等；不计分的留空。",
    "applies": "对哪些组织适用；不适用的组织显示“不适用”。条款没有写的，照标准。",
    "group": "填《分组》中的代号；写了所属分项的不用再写。",
    "item": "填《分项》中的代号。",
    "maps": "这一分项包括《条目》中的哪几条，填代号。",
    "points": "最多两位小数。",
    "rule": "这一类规则的词，见《规则写法》。",
    "loss": "没有达到要求时扣多少；不写的，扣完本条分值。",
    "basis": "条文没有核对过的，写“条文待核”。",
    "message": "用一句话说清这一条要求什么。",
    "fix": "没有做到的，该怎么办。",
    "form": "补录用的表单，如 sitting:branch_assembly；没有的留空。",
    "waits_for": "评判方法为“待有记录后评判”的，写明等哪些记录。",
    "wording": "换用自己的说法；都可以不写。",
    "min_present": "到会人数低于此数的不计。",
    "as_of": "如 2025-12-31。",
    "facts": "如 会议：（会议类别：党员大会；日期：2025-02-10、2025-05-09）。写几个日期就是几条。",
    "defaults": "这一组用例共用的值，写法与“事实”一样。",
    "file": "同一组用例共用《用例默认》中的一行。",
    "list": "代码表的代号，如 post。",
    "standard.key": "填《标准》中的代号；只有一个标准时可以不写。",
}


def word_note(word: str) -> str:
    return NOTES.get(word, "")
