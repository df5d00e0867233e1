from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from zhibu_engine.compile import Compiled, standard_compile
from zhibu_engine.packs import Words, pack_read, packs_merge

HERE = Path(__file__).parent
#: The standards of the engine's own pack: about units, persons, matters and entries, by year and by period.
STANDARDS = tuple(sorted(path.stem for path in (HERE / "every-kind" / "standards").glob("*.yaml")))


@pytest.fixture(scope="session")
def words() -> Words:
    """The engine's own small pack, with a standard that uses every rule kind."""
    return packs_merge([pack_read(HERE / "every-kind")])


@pytest.fixture(scope="session")
def compile_once(words: Words) -> Callable[[str], Compiled]:
    """A standard of that pack by its key, compiled once for all tests."""
    return cache(lambda key: standard_compile(words, key))
