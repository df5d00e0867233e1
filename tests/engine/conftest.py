from __future__ import annotations

from pathlib import Path

import pytest

from zhibu_engine.packs import Words, pack_read, packs_merge

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def words() -> Words:
    """The engine's own small pack, with a standard that uses every rule kind."""
    return packs_merge([pack_read(HERE / "every-kind")])
