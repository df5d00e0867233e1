from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhibu.audit.words import Word

WORDS = {
    "jobs.uploaded": Word(sentence=_("上传了待导入的表“%(filename)s”。")),
    "jobs.imported": Word(sentence=_("确认导入了表“%(filename)s”，写入 %(rows)s 行。")),
    "jobs.files_deleted": Word(
        sentence=_("“%(filename)s”的原表和预览保存满 %(days)s 天，已删除。")
    ),
    "jobs.mend_downloaded": Word(sentence=_("下载了“%(filename)s”的待改行 %(rows)s 行。")),
}
