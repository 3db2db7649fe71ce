"""An engine that answers from canned words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from console.model.comparison import Case, Comparison, HouseOutcome, Outcome, Trials
from console.model.entry import Entry, EntryState
from console.model.event import Alarm, AuditRecord
from console.model.interval import Interval
from console.model.meter import MeterHealth
from console.model.rotation import KeyNow, Rotate, Rotated
from console.model.sealing import AcceptPartial, Sealing, SealingPart
from console.model.settlement import Plan, Settlement, State
from console.model.tending import AuditCheck, AuditPage, SealCheck, Told
from console.model.view import (
    LedgerPage,
    LedgerQuery,
    LedgerTotals,
    Preview,
    Receipt,
    Settle,
    Status,
)

NOW = datetime(2026, 6, 21, 10, 22, 31, tzinfo=UTC)
OPEN = Interval(datetime(2026, 6, 21, 10, 15, tzinfo=UTC), 15)


class FakeEngine:
    """Answers as an engine would whose past is four intervals; remembers what was commanded."""

    def __init__(self) -> None:
        """Begin with two closed intervals, one held and one final."""
        self.commands: list[object] = []
        self.states = {
            "2026-06-21T09:15Z": State.FINAL,
            "2026-06-21T09:30Z": State.CLOSED,
            "2026-06-21T09:45Z": State.HELD,
            "2026-06-21T10:00Z": State.CLOSED,
            "2026-06-21T10:15Z": State.OPEN,
        }
        self.differences = 0
        self.standing: list[Alarm] = []
        self.trail = [
            AuditRecord(
                seq=number, time=NOW, actor="anna (uid 1000)", verb="shelve", body="{}", head=b"h"
            )
            for number in (1, 2, 3)
        ]
        self.stopped = False
        self.locked = self.grid_unknown = False
        self.coming = self.hindrance = self.refuses = self.account = ""
        self.account_since: datetime | None = None
        self.metered: list[MeterHealth] = []
        self.apart: tuple[str, ...] = ()

    def settlement(self, name: str) -> Settlement:
        interval = Interval.parse(name, 15)
        return Settlement(interval=interval, state=self.states[name], changed=interval.end, rows=24)

    def plan(self, name: str) -> Plan:
        return Plan(
            community="lindenhof",
            interval=Interval.parse(name, 15),
            revision=0,
            currency="EUR",
            rule="pro-rata",
            matching="pairs",
            self_netting=False,
            prices={"test1": 100_000},
            surplus_wh=2000,
            demand_wh=3000,
            shared_wh=1234,
            shares=(),
            trades=(),
            inputs_root=bytes(32),
        )

    async def status(self, _request: Request) -> Response:
        return _json(
            Status(
                community="lindenhof",
                name="Linden\x1b]0;hof",
                mode="PRIVATE",
                running=True,
                pid=7,
                version="0.1.0",
                now=NOW,
                locked=self.locked,
                auto=True in self.commands,
                open=OPEN,
                last=self.settlement("2026-06-21T10:00Z"),
                height=12,
                final_height=10,
                houses=1,
                live=1,
                stale=0,
                lost=0,
                giving_w=None,
                taking_w=9080,
                alarms=(),
                halted="",
                account=self.account,
                account_since=self.account_since,
            )
        )

    async def due(self, _request: Request) -> Response:
        waiting = (State.CLOSED, State.HELD)
        return _json([self.settlement(n) for n, state in self.states.items() if state in waiting])

    async def halted(self, _request: Request) -> Response:
        names = [name for name, state in self.states.items() if state is State.HALTED]
        return _json([self.settlement(name) for name in names])

    async def sealing(self, request: Request) -> Response:
        settlement = self.settlement(request.path_params["interval"])
        seen = SealingPart(
            interval=settlement.interval,
            revision=0,
            part=1,
            parts=2,
            height=12,
            transaction=b"\x9a" * 32,
            signer="TCHB",
            inputs_root=b"\x11" * 32,
            rows=24,
            wh=1234,
            size=1880,
        )
        lost = SealingPart(interval=settlement.interval, revision=0, part=2, parts=2)
        return _json(
            Sealing(
                settlement=settlement,
                planned_root=b"",
                operator="TCHB",
                final_height=12,
                parts=(seen, lost),
            )
        )

    async def accept(self, request: Request) -> Response:
        command = msgspec.json.decode(await request.body(), type=AcceptPartial)
        self.commands.append(command)
        self.states[command.interval] = State.FINAL
        settlement = self.settlement(command.interval)
        return _json(Receipt(settlement=settlement, text=f"{command.interval} is final."))

    async def preview(self, request: Request) -> Response:
        name = request.path_params["interval"]
        settlement = self.settlement(name)
        provisional = request.query_params["provisional"] == "true"
        known = settlement.state is not State.HELD or provisional
        if settlement.state is State.OPEN:
            return _json(Preview(settlement=settlement, plan=None, note="still open"))
        if not known:
            return _json(Preview(settlement=settlement, plan=None, note="test1 is missing"))
        plan = self.plan(name)
        return _json(
            Preview(
                settlement=settlement,
                plan=plan,
                rows=24,
                transactions=1,
                token=f"t{name}",
                apart=self.apart,
            )
        )

    async def settle(self, request: Request) -> Response:
        command = msgspec.json.decode(await request.body(), type=Settle)
        self.commands.append(command)
        self.states[command.interval] = State.SIGNED
        settlement = self.settlement(command.interval)
        return _json(Receipt(settlement=settlement, text=f"{command.interval} is signed."))

    async def meters(self, _request: Request) -> Response:
        return _json(self.metered)

    async def auto(self, request: Request) -> Response:
        self.commands.append((await request.json())["on"])
        return await self.status(request)

    async def unlock(self, request: Request) -> Response:
        self.commands.append(await request.json())
        self.locked = False
        return await self.status(request)

    async def key(self, _request: Request) -> Response:
        return _json(
            KeyNow(
                account="TA",
                since=None,
                sealed=True,
                edge=OPEN.end,
                waiting=2,
                coming=self.coming,
                hindrance=self.hindrance,
                advice="Wait.",
            )
        )

    async def rotate(self, request: Request) -> Response:
        command = msgspec.json.decode(await request.body(), type=Rotate)
        self.commands.append(command)
        if self.refuses:
            fault = {"title": "Refused", "message": self.refuses, "advice": "", "exit_status": 1}
            return JSONResponse(fault, status_code=409)
        self.coming = command.account
        return _json(Rotated(account=command.account, former="TA", edge=OPEN.end))

    async def ledger(self, request: Request) -> Response:
        """Three pages of one row each, as a store gives them."""
        query = msgspec.json.decode(request.query_params["query"], type=LedgerQuery)
        self.commands.append(query)
        page = int(query.after or "0")
        start = OPEN.start - timedelta(minutes=15 * (3 - page))
        entry = Entry(
            producer="test1",
            consumer=f"test{page + 2}",
            price_micro_per_kwh=100_000,
            wh=7500,
            currency="EUR",
            interval=Interval(start, 15),
            revision=0,
            part=1,
            height=12,
            transaction=bytes(32),
            state=EntryState.FINAL,
        )
        following = str(page + 1) if page < 2 else ""
        return _json(
            LedgerPage(
                entries=(entry,),
                next=following,
                rows=3,
                wh=22500,
                amount_nano=2_250_000_000,
                all_rows=3,
            )
        )

    async def totals(self, _request: Request) -> Response:
        """What the three pages add up to."""
        return _json(LedgerTotals(3, 22500, 2_250_000_000))

    async def verify(self, _request: Request) -> Response:
        parts = ("readings_wh", "plans_wh", "ledger_wh", "mosaics_wh", "roots", "rows", "audit")
        found = dict.fromkeys(parts, 0) | {"intervals": 96, "ledger_wh": self.differences}
        findings = ["one row was altered"] if self.differences else []
        line = msgspec.json.encode({"result": {**found, "findings": findings}})
        return Response(line + b"\n", media_type="application/x-ndjson")

    async def alarms(self, _request: Request) -> Response:
        return _json(self.standing)

    async def tend(self, request: Request) -> Response:
        self.commands.append((request.url.path, await request.json()))
        return _json(Told(text="done\x1b."))

    async def audit(self, request: Request) -> Response:
        after = int(request.query_params["after"])
        page = self.trail[after : after + 2]
        more = after + 2 < len(self.trail)
        return _json(AuditPage(records=tuple(page), next=page[-1].seq if more else None))

    async def audit_check(self, _request: Request) -> Response:
        first = self.trail[1] if self.differences else None
        seals = SealCheck(
            seals=1, vouching=1, last=self.trail[0], after=2, newer=None, taken=None,
            missing=None, first=None,
        )  # fmt: skip
        return _json(
            AuditCheck(records=3, broken=self.differences, first=first, head=bytes(32), seals=seals)
        )

    async def comparison(self, request: Request) -> Response:
        """Each case is an hour of three houses and the sun; a rule of keys has none."""
        trials = msgspec.json.decode(request.query_params["trials"], type=Trials)
        self.commands.append(trials)
        outcomes = tuple(self._outcome(case) for case in trials.cases)
        return _json(
            Comparison(
                first=trials.first,
                end=trials.end,
                community="Linden\x1bhof",
                currency="EUR",
                intervals=96,
                incomplete=2,
                outcomes=outcomes,
            )
        )

    def _outcome(self, case: Case) -> Outcome:
        case = Case(rule=case.rule or "pro-rata", price=case.price or "0.10")
        if case.rule.startswith("static"):
            return Outcome(case=case, refused="the houses' keys sum to 0")
        more = 250_000_000 if case.rule == "equal" else 0
        grid = None if self.grid_unknown else 0
        houses = (
            HouseOutcome(
                house="test1", bought_wh=2000, paid_nano=200_000_000, earned_nano=more,
                grid_nano=grid, alone_nano=-600_000_000,
            ),
            HouseOutcome(
                house="test2", sold_wh=2000, earned_nano=200_000_000 - more, grid_nano=grid,
                alone_nano=160_000_000,
            ),
        )  # fmt: skip
        return Outcome(case=case, houses=houses, shared_wh=2000)

    async def stop(self, _request: Request) -> Response:
        self.stopped = True
        return JSONResponse({"text": "stopping"})

    def application(self, *, commands: bool) -> ASGIApp:
        """The routes; a stopped engine hangs up like one that ended."""
        routes: list[tuple[str, Callable[[Request], Awaitable[Response]], str]] = [
            ("/status", self.status, "GET"),
            ("/due", self.due, "GET"),
            ("/halted", self.halted, "GET"),
            ("/sealing/{interval}", self.sealing, "GET"),
            ("/alarms", self.alarms, "GET"),
            ("/meters", self.meters, "GET"),
            ("/preview/{interval}", self.preview, "GET"),
            ("/ledger", self.ledger, "GET"),
            ("/ledger/totals", self.totals, "GET"),
            ("/verify", self.verify, "GET"),
        ]
        if commands:
            routes += [
                ("/alarms/acknowledge", self.tend, "POST"),
                ("/alarms/shelve", self.tend, "POST"),
                ("/alarms/unshelve", self.tend, "POST"),
                ("/audit", self.audit, "GET"),
                ("/audit/check", self.audit_check, "GET"),
                ("/settle", self.settle, "POST"),
                ("/accept", self.accept, "POST"),
                ("/auto", self.auto, "POST"),
                ("/unlock", self.unlock, "POST"),
                ("/key", self.key, "GET"),
                ("/key/rotate", self.rotate, "POST"),
                ("/stop", self.stop, "POST"),
                ("/comparison", self.comparison, "GET"),
            ]
        application = Starlette(routes=[Route(p, answer, methods=[m]) for p, answer, m in routes])

        async def until_stopped(scope: Any, receive: Any, send: Any) -> None:
            if self.stopped:
                await send({"type": "http.response.start", "status": 200, "headers": []})
                return
            await application(scope, receive, send)

        return until_stopped


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
