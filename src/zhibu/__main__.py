"""The one command. Judging files needs no database, so it does not wake Django."""

from __future__ import annotations

import os
import sys

#: First words that the engine answers by itself.
ENGINE = {("assess",), ("assess-bulk",), ("gap",), ("facts", "template"), ("pack",)}

ENGINE_HELP = {
    "assess": "按标准评判一组事实（CSV、Parquet 或一个 Excel 文件），不需要数据库",
    "assess-bulk": "按地区评判大批事实（Parquet 文件夹），可中断、可接着做",
    "gap": "算出一个组织达到某个等次还差什么、费力最少的办法，不需要数据库",
    "facts template": "写出一份空白的事实表，带下拉选项和说明",
    "pack": "写制度包：新建、检查、运行用例、印出、比较、转换、发布",
}

#: Actions beside those of the engine that need the database.
WITH_DATABASE = {("pack", "publish"): "pack_publish"}

#: Django's own commands worth showing; the others stay usable.
DJANGO_HELP = {
    "migrate": "建立或升级数据库",
    "check": "检查配置",
}


def is_for_engine(argv: list[str]) -> bool:
    return tuple(argv[:2]) not in WITH_DATABASE and any(
        tuple(argv[: len(words)]) == words for words in ENGINE
    )


def main(argv: list[str] | None = None) -> int:
    argv = sys.argv[1:] if argv is None else argv
    if is_for_engine(argv):
        from zhibu_engine.cli import main as engine_main

        return engine_main(argv) or 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhibu.config.settings")
    if not argv or argv in (["help"], ["-h"], ["--help"]):
        print_help()
        return 0
    from django.core.management import execute_from_command_line

    if tuple(argv[:2]) in WITH_DATABASE:
        argv = [WITH_DATABASE[argv[0], argv[1]], *argv[2:]]
    execute_from_command_line(["zhibu", *argv])
    return 0


def print_help() -> None:
    import django
    from django.core.management import get_commands, load_command_class

    django.setup()
    ours = {
        name: str(load_command_class(app, name).help)
        for name, app in get_commands().items()
        if str(app).startswith("zhibu.")
    }
    listed = {**ENGINE_HELP, **ours, **DJANGO_HELP}
    print("用法：zhibu 命令 [参数]\n\n命令：")
    for name in sorted(listed):
        print(f"  {name:<16}{listed[name].strip().splitlines()[0] if listed[name] else ''}")
    print(
        "\n某个命令的参数：zhibu 命令 --help\n数据目录：环境变量 ZHIBU_DATA_DIR，缺省为当前目录下的 var"
    )


if __name__ == "__main__":
    sys.exit(main())
