"""`zhibu serve` brings up pages, worker and tick together, and takes them all down again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

pytestmark = pytest.mark.sqlite_only


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _get(url: str) -> tuple[int, str, dict[str, str]]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode(errors="replace"), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace"), dict(error.headers)


def _wait(url: str, process: subprocess.Popen[str]) -> None:
    for _ in range(240):
        assert process.poll() is None, process.communicate()[0]
        try:
            _get(url)
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("nothing answers")


def test_serve_starts_from_nothing_and_stops_whole(tmp_path):
    port = _free_port()
    environment = {**os.environ, "ZHIBU_DATA_DIR": str(tmp_path), "ZHIBU_DATABASE_URL": ""}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "zhibu", "serve", "--port", str(port), "--workers", "1"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        base = f"http://127.0.0.1:{port}"
        _wait(f"{base}/healthz", process)

        status, page, _ = _get(f"{base}/no-such-page/")
        sheet = page.split('href="/static/shared/zhibu.')[1].split('"')[0]
        assert status == 404
        assert "immutable" in _get(f"{base}/static/shared/zhibu.{sheet}")[2]["Cache-Control"]
        assert (tmp_path / "zhibu.sqlite3").exists()
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=40)
    assert process.returncode == 0, said
    assert "支部已启动" in said
    with pytest.raises(OSError):
        _get(f"http://127.0.0.1:{port}/healthz")
