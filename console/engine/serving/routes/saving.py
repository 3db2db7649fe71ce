"""The saving route: a backup made by the engine, told step by step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from console.clock import SystemClock
from console.engine.backup.making import make_backup
from console.engine.parts import Parts
from console.engine.serving.routes.wire import actor_of, body_of
from console.errors import MosaicError, Refused, UsageError
from console.model.backup import BackupStep, Manifest
from console.model.event import EventKind
from console.model.failure import Failure


class Saver(Protocol):
    """What has a store to be saved."""

    parts: Parts


def saving(desk: Saver) -> list[Route]:
    """Return the route of a backup."""
    return [Route("/backup", _Saving(desk.parts).backup, methods=["POST"])]


class _Saving:
    """Makes one backup at a time, in a thread beside the engine's loops."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._task: asyncio.Task[None] | None = None

    async def backup(self, request: Request) -> Response:
        wanted = await body_of(request, _Wanted)
        folder = Path(wanted.folder)
        if not folder.is_absolute():
            raise UsageError("a backup's folder is named from the root.")
        if self._task is not None and not self._task.done():
            raise Refused("a backup is being made already.", advice="Wait until it is done.")
        steps: asyncio.Queue[BackupStep | None] = asyncio.Queue()
        # the backup goes on to its end also where the asking console is gone
        self._task = task = asyncio.create_task(self._make(folder, actor_of(request), steps))
        task.add_done_callback(lambda _task: steps.put_nowait(None))
        return StreamingResponse(_lines(steps, task), media_type="application/x-ndjson")

    async def _make(
        self, folder: Path, actor: str, steps: asyncio.Queue[BackupStep | None]
    ) -> None:
        loop = asyncio.get_running_loop()

        def say(text: str) -> None:
            loop.call_soon_threadsafe(steps.put_nowait, BackupStep(text=text))

        parts = self._parts
        try:
            manifest = await asyncio.to_thread(
                make_backup, parts.settings, folder, SystemClock().now(), say
            )
            await self._note(manifest, folder, actor)
        except MosaicError as error:
            steps.put_nowait(BackupStep(fault=Failure.of(error)))
        else:
            steps.put_nowait(BackupStep(manifest=manifest))

    async def _note(self, manifest: Manifest, folder: Path, actor: str) -> None:
        parts = self._parts
        body = msgspec.json.encode({"folder": str(folder), "height": manifest.height}).decode()
        await parts.store.audit.append(parts.clock.now(), actor, "backup", body)
        text = f"backup made in {folder}, to block {manifest.height}"
        await parts.log.say(EventKind.OPERATOR, text, actor=actor)


async def _lines(
    steps: asyncio.Queue[BackupStep | None], task: asyncio.Task[None]
) -> AsyncIterator[bytes]:
    """Yield the steps of a backup until its task is done, and raise what broke it."""
    while (step := await steps.get()) is not None:
        yield msgspec.json.encode(step) + b"\n"
    task.result()


class _Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    folder: str
