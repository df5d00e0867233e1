"""The sealed box of a secret ballot, and its key: a file that lies in no database and in no backup.

All ballots cast so far are one ciphertext. Each new one is shuffled in among the others and the whole is
sealed anew, every ballot at one width, so neither the row nor its length nor its history says who chose
what. The reasons are in docs/decisions/0005-one-sealed-box-for-a-secret-ballot.md.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from random import SystemRandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from zhibu.ballots.questions import Question
from zhibu.shared.errors import RuleBroken

KEY_BYTES, NONCE_BYTES = 32, 12
#: The box grows in steps of so many bytes.
STEP = 4096
#: No opening of a ballot takes so long.
YOUNG_SECONDS = 3600

Chosen = Mapping[str, str]


def key_path(ballot_id: int) -> Path:
    return Path(settings.BALLOT_KEYS_DIR) / f"{ballot_id}.key"


def key_make(ballot_id: int) -> None:
    """Written whole and readable by nobody else; one of an earlier try is replaced."""
    path = key_path(ballot_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".making-")
    with os.fdopen(handle, "wb") as stream:
        stream.write(os.urandom(KEY_BYTES))
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(name, path)


def key_destroy(ballot_id: int) -> None:
    """Overwrite, then remove."""
    path = key_path(ballot_id)
    with contextlib.suppress(FileNotFoundError):
        with path.open("r+b") as stream:
            stream.write(os.urandom(KEY_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        path.unlink()


def keys_sweep(open_ids: Iterable[int]) -> None:
    """Destroy old keys of ballots that are not open: a process may have died between commit and deletion.

    A young key may be of a ballot that somebody is opening at this moment.
    """
    kept, old = set(open_ids), time.time() - YOUNG_SECONDS
    for path in Path(settings.BALLOT_KEYS_DIR).glob("*.key"):
        with contextlib.suppress(FileNotFoundError):
            left = path.stem.isdigit() and int(path.stem) not in kept
            if left and path.stat().st_mtime < old:
                key_destroy(int(path.stem))


def _cipher(ballot_id: int) -> AESGCM:
    try:
        return AESGCM(key_path(ballot_id).read_bytes())
    except (FileNotFoundError, ValueError) as error:
        raise RuleBroken(
            _(
                "这次投票的密钥文件找不到或者已损坏，已投的票无法读出，任何人都读不出。"
                "请作废这次投票，重新组织一次；投票名册仍然保留。"
            )
        ) from error


def width(questions: Sequence[Question]) -> int:
    """Bytes of the longest possible ballot; every ballot takes as many."""
    longest = {
        one.key: max((choice.key for choice in one.choices), key=lambda key: len(json.dumps(key)))
        for one in questions
    }
    return len(_plain(longest))


def _plain(chosen: Chosen) -> bytes:
    return json.dumps(dict(sorted(chosen.items())), separators=(",", ":")).encode()


def shuffled(ballots: Iterable[Chosen]) -> list[Chosen]:
    mixed = list(ballots)
    SystemRandom().shuffle(mixed)
    return mixed


def seal(ballot_id: int, ballots: Sequence[Chosen], each: int) -> bytes:
    """All ballots in a new random order, padded and encrypted under a new nonce."""
    whole = b"\n".join(_plain(one).ljust(each) for one in shuffled(ballots))
    padded = whole + b" " * (-len(whole) % STEP or STEP)
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(ballot_id).encrypt(nonce, padded, _bound_to(ballot_id))


def unseal(ballot_id: int, sealed: bytes) -> list[Chosen]:
    raw = bytes(sealed)
    try:
        whole = _cipher(ballot_id).decrypt(
            raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound_to(ballot_id)
        )
    except InvalidTag as error:
        raise RuleBroken(
            _("票箱与密钥不符，已投的票无法读出。请作废这次投票，重新组织一次；投票名册仍然保留。")
        ) from error
    return [json.loads(line) for line in whole.split(b"\n") if line.strip()]


def _bound_to(ballot_id: int) -> bytes:
    """A box moved to another ballot does not open."""
    return f"ballot:{ballot_id}".encode()
