"""The replayer: the private process of a recording that is played in the console."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
from pathlib import Path

from console.engine.playing.playback import Playback, PlayOptions
from console.engine.playing.recorded import read_recording
from console.engine.process import loops
from console.engine.process.hardening import forbid_dumps
from console.engine.process.lock import EngineLock
from console.engine.process.logfile import LogFile
from console.engine.process.runner import guarded, make_folder, serve_privately
from console.engine.serving.api import operate_app, watch_app
from console.engine.serving.server import OPERATOR_MODE, Served
from console.errors import MosaicError, UsageError
from console.meters.recording import Recording
from console.model.play import Play
from console.sockets import sockets_in
from console.times import parse_instant


def serve_replay(options: PlayOptions, data: Path, parent: int) -> int:
    """Play a recording until the pipe from its parent closes; return the exit status.

    Args:
        options: what is played, and how.
        data: a private folder, made by the parent.
        parent: the pipe's reading end.

    Raises:
        RecordingError: the recording cannot be read.
        UsageError: an option's value cannot be.
    """
    forbid_dumps()
    return guarded(_serve(options, data, parent))


async def _serve(options: PlayOptions, data: Path, parent: int) -> None:
    lock = EngineLock.take(data)
    try:
        log = LogFile.take(data)
        recording = await asyncio.to_thread(read_recording, options.replay)
        first = data / "1"
        await asyncio.to_thread(first.mkdir)
        playback: Playback | None = await Playback.open(
            options.replay, recording, first, options.speed
        )
        if options.at and playback is not None:
            await _begin(playback, recording, options.at)
        while playback is not None:
            playback = await _play(playback, data, parent, log)
    finally:
        lock.release()


async def _begin(playback: Playback, recording: Recording, at: str) -> None:
    """Send a playback to where it is to begin.

    Raises:
        UsageError: there is no such time, or the recording has nothing of it.
    """
    zone = playback.engine.parts.zone
    try:
        wanted = parse_instant(at, zone, recording.start.astimezone(zone).date())
        playback.play(Play(to=wanted))
    except MosaicError as error:
        await playback.engine.close()
        raise UsageError(f"--at: {error.message}", advice=error.advice) from None


async def _play(playback: Playback, data: Path, parent: int, log: LogFile) -> Playback | None:
    """Serve one engine to its end; return which one goes on."""
    engine, sockets = playback.engine, sockets_in(data)
    loop = asyncio.get_running_loop()
    try:
        stopped = False

        def end() -> None:
            nonlocal stopped
            stopped = True
            engine.request_stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, end)
        loop.add_reader(parent, end)
        served = Served()
        make_folder(sockets)
        application = operate_app(engine, engine.audience, player=playback)
        served.add(application, sockets.operator, OPERATOR_MODE)
        served.add(watch_app(engine, engine.audience), sockets.watch, OPERATOR_MODE)
        await loops.run(engine, served, playback.pace(), log.run())
    finally:
        await engine.close()
        await asyncio.to_thread(
            shutil.rmtree, engine.parts.settings.engine.data, ignore_errors=True
        )
    successor = playback.successor
    if stopped and successor is not None:
        await successor.engine.close()
        return None
    return successor


if __name__ == "__main__":
    sys.exit(serve_privately(PlayOptions, serve_replay))
