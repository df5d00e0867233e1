"""For all tests: what the machine lacks is skipped loudly, and in CI a skip is a failure."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.machine import TOOLS, chromium

NO_SKIP = os.environ.get("CI") == "true" or bool(os.environ.get("ZHIBU_NO_SKIP"))
CHROMIUM_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()

# Playwright runs an event loop in the test's thread; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(config, items):
    on_postgresql = os.environ.get("ZHIBU_DATABASE_URL", "").startswith("postgres")
    for item in items:
        for mark in item.iter_markers("needs"):
            tool = TOOLS[mark.args[0]]
            if not tool.found():
                reason = f"needs {tool.name} (apt-get install {' '.join(tool.packages)})"
                item.add_marker(pytest.mark.skip(reason=reason))
    if on_postgresql:
        left_out = [i for i in items if i.get_closest_marker("sqlite_only")]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [i for i in items if i not in set(left_out)]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    _refuse_skip(outcome.get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector):
    outcome = yield
    _refuse_skip(outcome.get_result())


def _refuse_skip(report):
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"A skip is a failure here: {reason}"


def pytest_terminal_summary(terminalreporter):
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    if reasons:
        terminalreporter.section("NOT RUN ON THIS MACHINE", sep="*", yellow=True, bold=True)
        for reason, count in sorted(reasons.items()):
            terminalreporter.line(f"*** {count} test(s) not run: {reason}", yellow=True)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": chromium(), "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "reduced_motion": "reduce",
    }
