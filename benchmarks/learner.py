"""A simulated learner: opens pages and does on each what learners do there, one page run at a time."""

import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import pyarrow.ipc

from benchmarks.websocket_session import WebsocketSession
from mnist_core.drawing.pen import PEN
from mnist_core.store import Store
from tests.logged_in import login_cookie
from tests.mnist_core.class_of_learners import ISSUER
from ui.components import canvas_paths

PLACES = ("Train", "Watch", "KNN", "Draw", "Runs")
PLACE_OF = {
    "start a run": "Train",
    "Train slider": "Train",
    "Watch slider": "Watch",
    "KNN slider": "KNN",
    "stroke": "Draw",
    "choose a run": "Runs",
}
"""By what learners do on a page, the page that offers it."""
ACTS = (*(f"open {place}" for place in PLACES), *PLACE_OF)
ANSWER_SECONDS = 60.0
"""A page run that takes longer counts as not answered."""
_STAYS = 0.6
"""The share of acts on the page that is open already; the others open another one."""


class Learner:
    """`seconds` holds, by the kind of act, how long each page run took: from the request to its end.

    Own runs are watched, or the newest one that there is for this learner. `started` are the ids of the runs that the
    learner has started, `unanswered` the acts that had no answer. Learners who log in are a person each.
    """

    def __init__(self, address: str, store: Store, seed: int, *, logs_in: bool = False) -> None:
        login, self._store, self._random = None, store, random.Random(seed)
        if logs_in:
            person = store.people.sign_in(ISSUER, str(seed), f"Learner {seed}")
            login, self._store = login_cookie(address, person.subject, person.name), store.as_seen_by(person)
        self.session = WebsocketSession(address, login=login)
        self._place, self._shown = "", 0
        self._drawn: dict[str, Any] | None = None
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.started: list[int] = []
        self.unanswered: list[str] = []

    async def arrive(self, share: float, seconds: float) -> None:
        """Open a page after that share of the time in which a class arrives."""
        await asyncio.sleep(share * seconds)
        await self.session.__aenter__()
        await self._timed("arrive", self._open(self._random.choice(PLACES)))

    async def act_until(self, end: float, pause: float) -> None:
        """Do something about every `pause` seconds, until the clock says `end`."""
        await asyncio.sleep(self._random.uniform(0, pause))
        while time.monotonic() < end:
            begun = time.monotonic()
            await self.act()
            left = self._random.uniform(0.5, 1.5) * pause - (time.monotonic() - begun)
            await asyncio.sleep(max(left, 0.0))

    async def act(self) -> None:
        if self._random.random() > _STAYS:
            place = self._random.choice([place for place in PLACES if place != self._place])
            await self.do(f"open {place}")
        else:
            await self.do(self._next_on_page())

    async def do(self, act: str) -> None:
        """Do one of `ACTS`, on a page that offers it."""
        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "start a run": self._start_run,
            "Train slider": lambda: self.session.change("momentum", [self._random.randrange(0, 100) / 100]),
            "Watch slider": lambda: self.session.change("smoothing", [self._random.randrange(0, 100) / 100]),
            "KNN slider": self._move_knn_slider,
            "stroke": self._draw_stroke,
            "choose a run": self._choose_run,
        }
        await self._timed(act, acts[act]() if act in acts else self._open(act.removeprefix("open ")))

    def _next_on_page(self) -> str:
        if self._place == "Train":
            return "Train slider" if self._has_run_in_progress() else "start a run"
        if self._place in ("Runs", "Watch") and not self._shown:
            return f"open {self._place}"
        acts = {"Watch": "Watch slider", "KNN": "KNN slider", "Draw": "stroke", "Runs": "choose a run"}
        return acts[self._place]

    def _has_run_in_progress(self) -> bool:
        return bool(self.started) and self._store.runs.get(self.started[-1]).in_progress

    async def _timed(self, act: str, done: Awaitable[None]) -> None:
        begun = time.monotonic()
        try:
            await asyncio.wait_for(done, ANSWER_SECONDS)
        except (TimeoutError, LookupError, ConnectionError) as error:
            self.unanswered.append(f"{act}: {error!r}")
        self.seconds[act].append(time.monotonic() - begun)

    async def _open(self, place: str) -> None:
        self._place, self._drawn, self._shown = place, None, self._store.runs.count()
        if place == "Watch":
            newest = [run.id for run in self._store.runs.all(most=1)]
            watched = self.started or newest
            await self.session.open("train", f"run={watched[-1]}" if watched else "")
        else:
            await self.session.open(place.lower(), "section=Votes" if place == "KNN" else "")

    async def _start_run(self) -> None:
        await self.session.press("Start training")
        address = dict(part.partition("=")[::2] for part in self.session.query.split("&"))
        self.started.append(int(address["run"]))

    async def _move_knn_slider(self) -> None:
        key, low, high = self._random.choice([("rows", 2, 14), ("columns", 2, 14), ("k", 1, 25)])
        await self.session.change(key, [self._random.randint(low, high)])

    async def _draw_stroke(self) -> None:
        """Draw a line on what is drawn, after three of them on a blank canvas."""
        loaded = self.session.data("canvas")["initialDrawing"]
        strokes = canvas_paths.strokes(self._drawn or loaded)
        if len(strokes) >= 3:
            companion = self.session.data("canvas-companion")
            pressed = {"session": companion["session"], "first": companion["carried_out"], "presses": ["clear"]}
            await self.session.change("canvas-companion", json.dumps({"pressed": pressed}))
            self._drawn = None
            return
        x, y = self._random.uniform(90, 190), self._random.uniform(60, 120)
        bend, length = self._random.uniform(-3, 3), self._random.randint(10, 25)
        strokes.append([[x + bend * step, y + 5 * step] for step in range(length)])
        self._drawn = canvas_paths.drawing(strokes, PEN, canvas_paths.version(loaded) or 0)
        await self.session.change("canvas", json.dumps({"drawing": {"raw": self._drawn, "data": None}}))

    async def _choose_run(self) -> None:
        table = self.session.widget("Runs, newest first").proto
        rows = pyarrow.ipc.open_stream(table.arrow_data.data).read_all().num_rows
        selection = {"selection": {"rows": [self._random.randrange(rows)], "columns": [], "cells": []}}
        await self.session.change("Runs, newest first", json.dumps(selection))
