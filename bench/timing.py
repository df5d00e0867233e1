"""Clocks and medians that the measurements share."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from typing import Any


def calibration() -> float:
    """Milliseconds of a fixed piece of work: a shared processor changes its speed."""
    start = time.perf_counter()
    total = 0
    for n in range(60_000):
        total += n * n % 7
    return (time.perf_counter() - start) * 1000


def seconds(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def peak_gb() -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


median = statistics.median
