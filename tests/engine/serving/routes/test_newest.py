from __future__ import annotations

import asyncio

import pytest

from console.engine.serving.routes.newest import Show, newest_lines
from console.model.backup import BackupStep


async def test_what_breaks_the_work_ends_the_lines() -> None:
    async def work(show: Show) -> None:
        show(BackupStep(text="half"))
        raise RuntimeError("unforeseen")

    lines = newest_lines(work)
    assert b"half" in await anext(lines)
    with pytest.raises(RuntimeError, match="unforeseen"):
        await anext(lines)


@pytest.mark.parametrize("lasting", [False, True])
async def test_only_lasting_work_goes_on_when_nobody_listens(lasting: bool) -> None:
    go_on, ended = asyncio.Event(), asyncio.get_running_loop().create_future()

    async def work(show: Show) -> None:
        show(BackupStep(text="begun"))
        try:
            await go_on.wait()
        except asyncio.CancelledError:
            ended.set_result("cancelled")
            raise
        ended.set_result("done")

    lines = newest_lines(work, lasting=lasting)
    await anext(lines)
    await lines.aclose()
    go_on.set()
    assert await ended == ("done" if lasting else "cancelled")
