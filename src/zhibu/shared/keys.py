"""The installation's own keys, in one file beside the data.

No Django here: settings read the secret key before Django is ready.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

KEY_BYTES = 32


class KeysUnusable(RuntimeError):
    """The key file is lost or damaged; going on would make stored data unreadable."""


@dataclass(frozen=True, slots=True)
class Keys:
    django: str
    data: bytes
    index: bytes


def keys_path(data_dir: Path) -> Path:
    """Where the keys lie; ``ZHIBU_KEYS_FILE`` keeps them apart from the data."""
    return Path(os.environ.get("ZHIBU_KEYS_FILE") or data_dir / "keys.json")


@lru_cache(maxsize=8)
def load_keys(path: Path) -> Keys:
    """Read the keys; the first call on a new installation makes them."""
    if not path.exists():
        if any(path.parent.glob("*.sqlite3")):
            raise KeysUnusable(
                f"找不到密钥文件 {path}，而数据库已经存在。"
                "没有原来的密钥，已加密的内容无法读出。请从备份中恢复该文件。"
            )
        _create(path)
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        keys = Keys(
            django=stored["django"],
            data=base64.b64decode(stored["data"], validate=True),
            index=base64.b64decode(stored["index"], validate=True),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise KeysUnusable(f"密钥文件 {path} 已损坏。请从备份中恢复该文件。") from error
    if len(keys.data) != KEY_BYTES or len(keys.index) != KEY_BYTES:
        raise KeysUnusable(f"密钥文件 {path} 已损坏。请从备份中恢复该文件。")
    return keys


def _create(path: Path) -> None:
    """Write new keys so that of two processes starting together one wins whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "django": secrets.token_urlsafe(50),
        "data": base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode(),
        "index": base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode(),
    }
    # mkstemp files are 0600 from the start.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".keys-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(content, stream, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
