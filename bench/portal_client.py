"""A crowd of readers and writers over plain HTTP, and the receipts of what they were told."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

#: A writer acts again after so many seconds.
WRITE_PACE = 2.0


@dataclass(frozen=True)
class Target:
    """A village: its clerk and its notices, (key, token) each."""

    unit: int
    code: str
    clerk: str
    notices: list[tuple[int, str]]


@dataclass
class Receipts:
    """What the server said it has: (publication, number) → text, and so on."""

    objections: dict[tuple[int, int], str] = field(default_factory=dict)
    answers: list[tuple[int, int]] = field(default_factory=list)
    publications: list[str] = field(default_factory=list)
    twice: int = 0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, list[str]]
    body: str

    @property
    def location(self) -> str:
        return self.headers.get("location", [""])[0]


class Browser:
    """One connection for each request; keeps cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    async def get(self, path: str) -> Answer:
        return await self._ask("GET", path, b"")

    async def post(self, path: str, filled: dict[str, str]) -> Answer:
        return await self._ask("POST", path, urlencode(filled).encode())

    async def sign_in(self, name: str, password: str) -> None:
        await self.get("/account/login")
        answer = await self.post("/account/login", {"username": name, "password": password})
        if answer.status != 302:
            raise SystemExit(f"{name} can not sign in: {answer.status}")

    async def _ask(self, method: str, path: str, body: bytes) -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(self._head(method, path, body) + body)
            await writer.drain()
            return self._read(await reader.read())
        finally:
            writer.close()

    def _head(self, method: str, path: str, body: bytes) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        if method == "POST":
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(body)}")
            lines.append(f"X-CSRFToken: {self.cookies.get('csrftoken', '')}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _read(self, raw: bytes) -> Answer:
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            name, _, value = line.partition(": ")
            headers[name.lower()].append(value)
        for cookie in headers.get("set-cookie", []):
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(int(first.split(" ")[1]), headers, body.decode(errors="replace"))


class Crowd:
    """Everybody at once, until the time is over."""

    def __init__(self, port: int, seconds: float, pace: float) -> None:
        self.port, self.seconds, self.pace = port, seconds, pace
        self.ends = 0.0
        self.reads: list[float] = []
        self.writes: list[float] = []
        #: What went wrong, and how often.
        self.faults: Counter[str] = Counter()
        self.receipts = Receipts()
        #: Objections that wait for an answer, by unit.
        self.waiting: dict[int, list[tuple[int, int]]] = defaultdict(list)

    def start(self) -> None:
        self.ends = time.monotonic() + self.seconds

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.ends

    async def read(self, targets: list[Target], share: float) -> None:
        """Begins somewhere within the first round, then keeps the pace."""
        random = Random(share)
        await asyncio.sleep(share * self.pace)
        while self.goes_on:
            target = random.choice(targets)
            _key, token = random.choice(target.notices)
            path = random.choice(["/open/", f"/open/{target.code}/", *[f"/open/n/{token}/"] * 3])
            began = time.monotonic()
            answer = await self._asked(Browser(self.port).get(path), self.reads)
            self._note("read", answer, 200)
            await asyncio.sleep(max(0, began + self.pace - time.monotonic()))

    async def object(self, targets: list[Target], place: int) -> None:
        random, browser, count = Random(place), Browser(self.port), 0
        while self.goes_on:
            began, count = time.monotonic(), count + 1
            target = random.choice(targets)
            key, token = random.choice(target.notices)
            form = await self._asked(browser.get(f"/open/n/{token}/objection/"), self.reads)
            found = form and re.search(r'name="key" value="([\w-]+)"', form.body)
            if not found:
                self._note("form", form, 0)
                continue
            text = f"第{place}人的第{count}条意见"
            filled = {"text": text, "name": "", "contact": "", "website": "", "key": found[1]}
            numbers = set()
            for _turn in range(2 if random.random() < 0.2 else 1):
                numbers.add(await self._send(browser, token, filled))
            self.receipts.twice += _turn
            if len(numbers - {None}) > 1:
                self.faults["two numbers for one form"] += 1
            for number in numbers - {None}:
                self.receipts.objections[key, number] = text
                self.waiting[target.unit].append((key, number))
            await self._pause(began)

    async def _send(self, browser: Browser, token: str, filled: dict[str, str]) -> int | None:
        path = f"/open/n/{token}/objection/send/"
        answer = await self._asked(browser.post(path, filled), self.writes)
        self._note("object", answer, 302)
        said = re.search(r"/sent/(\d+)/$", answer.location) if answer else None
        return int(said[1]) if said else None

    async def answer(self, browser: Browser, target: Target) -> None:
        while self.goes_on:
            began = time.monotonic()
            waiting = self.waiting[target.unit]
            if not waiting:
                await asyncio.sleep(0.2)
                continue
            key, number = waiting.pop()
            path = f"/documents/publication/{key}/objection/{number}/answer/"
            said = {"answer": f"第{number}号已经核实。"}
            answer = await self._asked(browser.post(path, said), self.writes)
            if self._note("answer", answer, 302):
                self.receipts.answers.append((key, number))
            await self._pause(began)

    async def publish(self, browser: Browser, target: Target, place: int) -> None:
        count = 0
        while self.goes_on:
            began, count = time.monotonic(), count + 1
            title = f"第{place}位录入的第{count}份进展"
            filled = {
                "about": "", "kind": "progress", "title": title, "body": "已经完成一半。",
                "channels": "portal", "audience": "public", "confirmed": "1",
                "from_on": time.strftime("%Y-%m-%d"),
            }  # fmt: skip
            path = f"/documents/publication/unit/{target.unit}/publish/"
            answer = await self._asked(browser.post(path, filled), self.writes)
            if self._note("publish", answer, 302):
                self.receipts.publications.append(title)
            await self._pause(began)

    def _note(self, act: str, answer: Answer | None, wanted: int) -> bool:
        good = answer is not None and answer.status == wanted
        if not good:
            self.faults[f"{act}: {answer.status if answer else 'no answer'}"] += 1
        return good

    async def _pause(self, began: float) -> None:
        """People think between two acts."""
        await asyncio.sleep(max(0, began + WRITE_PACE - time.monotonic()))

    async def _asked(self, asking, took: list[float]) -> Answer | None:
        began = time.monotonic()
        try:
            answer = await asyncio.wait_for(asking, 60)
        except (OSError, TimeoutError, ValueError, IndexError):
            return None
        took.append(time.monotonic() - began)
        return answer
