"""The runner: an engine as a process, in the foreground, detached, or private to a demo."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from console.clock import SystemClock
from console.engine.build import build, open_node
from console.engine.changing import Changing
from console.engine.engine import Engine
from console.engine.keys.custody import Custody
from console.engine.playing.demo import Demo, DemoOptions
from console.engine.process import loops, service
from console.engine.process.hardening import forbid_dumps
from console.engine.process.lock import FOLDER_MODE, EngineLock
from console.engine.process.logfile import LogFile
from console.engine.process.passphrase import Given
from console.engine.readings.sources import Exchange, configured_source
from console.engine.serving.api import operate_app, stand_app, watch_app
from console.engine.serving.server import GROUP_MODE, OPERATOR_MODE, Served
from console.errors import MosaicError, StoreError
from console.model.event import EventKind
from console.settings import Settings
from console.sockets import Sockets, sockets_of

Options = TypeVar("Options")


def serve(settings: Settings, given: Given | None = None) -> int:
    """Run an engine in the foreground until it is stopped; return its exit status.

    Args:
        settings: the settings.
        given: the passphrase that came with the start; locked without it.

    Raises:
        EngineBusy: another engine holds the data folder.
        MosaicError: it cannot start.
    """
    forbid_dumps()
    return guarded(_serve(settings, given))


def serve_demo(options: DemoOptions, data: Path, parent: int) -> int:
    """Run a demo's engine until the pipe from its parent closes; return its exit status.

    Args:
        options: the demo's options.
        data: its private folder, made by the parent.
        parent: the pipe's reading end.
    """
    forbid_dumps()
    return guarded(_serve_demo(options, data, parent))


def guarded(run: Coroutine[Any, Any, None]) -> int:
    """Run an engine to its end; return its exit status.

    Raises:
        MosaicError: the first of what ended it.
    """
    try:
        asyncio.run(run)
    except* MosaicError as errors:
        raise _first(errors) from None
    return 0


def _first(errors: BaseExceptionGroup[MosaicError]) -> MosaicError:
    error = errors.exceptions[0]
    return error if isinstance(error, MosaicError) else _first(error)


async def _serve(settings: Settings, given: Given | None) -> None:
    lock = EngineLock.take(settings.engine.data)
    try:
        log = LogFile.take(settings.engine.data)
        custody = Custody.of_settings(settings, given)
        if given is not None or not custody.keys:
            sys.stderr.writelines(f"mosaic: {note}\n" for note in custody.notes)
        clock = SystemClock()
        node = open_node(settings, clock)
        source = configured_source(settings, clock, node.epoch)
        engine = await build(settings, clock, source, node, custody=custody)
        try:
            exchange = Exchange(source, clock)
            writer = Changing(engine.parts, engine.turn, exchange, engine.audience.renew)
            _own_signals(engine, writer.wanted.set)
            sockets = sockets_of(settings)
            served = Served()
            mode = GROUP_MODE if settings.engine.group else OPERATOR_MODE
            make_folder(sockets)
            group = settings.engine.group
            served.add(operate_app(engine, engine.audience, writer), sockets.operator, mode, group)
            served.add(watch_app(engine, engine.audience), sockets.watch, GROUP_MODE, group)
            await engine.parts.log.say(EventKind.ENGINE, f"engine started, process {os.getpid()}")
            await loops.run(
                engine,
                served,
                source.run(engine.intake.emit),
                writer.run(),
                log.run(),
                engine.disk.run(),
                service.report(served, engine.stopping),
            )
        finally:
            await engine.close()
    finally:
        lock.release()


async def _serve_demo(options: DemoOptions, data: Path, parent: int) -> None:
    lock = EngineLock.take(data)
    log = LogFile.take(data)
    demo = await Demo.open(options, data, day_behind=True)
    engine = demo.engine
    try:
        _own_signals(engine, lambda: None)
        sockets = sockets_of(engine.parts.settings)
        served = Served()
        make_folder(sockets)
        if options.kiosk:
            application = stand_app(engine, demo, engine.audience)
        else:
            application = operate_app(engine, engine.audience)
        served.add(application, sockets.operator, OPERATOR_MODE)
        served.add(watch_app(engine, engine.audience), sockets.watch, OPERATOR_MODE)
        asyncio.get_running_loop().add_reader(parent, engine.request_stop)
        await loops.run(engine, served, demo.pace(), log.run())
    finally:
        await engine.close()
        lock.release()


def make_folder(sockets: Sockets) -> None:
    """Make the folder of the sockets, and refuse one that another user made.

    Raises:
        StoreError: it cannot be made, or is another's.
    """
    try:
        sockets.folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        owner = sockets.folder.stat().st_uid
    except OSError as error:
        raise StoreError(f"{sockets.folder} cannot be made: {error.strerror}.") from error
    if owner != os.getuid():
        raise StoreError(f"{sockets.folder} belongs to another user; nothing is served there.")


def _own_signals(engine: Engine, hang_up: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, engine.request_stop)
    # a lost terminal is no reason to stop: it lets the settings be read again
    loop.add_signal_handler(signal.SIGHUP, hang_up)


def serve_privately(kind: type[Options], serve_with: Callable[[Options, Path, int], int]) -> int:
    """Serve as the process that a parent started, and remove its folder; return the exit status.

    Args:
        kind: of the options, which are the process's first word as JSON.
        serve_with: serves by them until the pipe from the parent closes; the folder and the
            pipe's reading end are the other two words.
    """
    words = sys.argv[1:]
    options = msgspec.json.decode(words[0], type=kind, dec_hook=lambda to, value: to(value))
    data = Path(words[1])
    try:
        status = serve_with(options, data, int(words[2]))
    except MosaicError as error:
        sys.stderr.write(error.paragraph + "\n")
        return error.exit_status
    # the parent removes the folder too, but may have died
    shutil.rmtree(data, ignore_errors=True)
    return status


if __name__ == "__main__":
    sys.exit(serve_privately(DemoOptions, serve_demo))
