from __future__ import annotations

from pathlib import Path

from tests.engine.neighbours import neighbourhood, quarter_hour

RIPE = 15 + 5


async def test_late_data_shows_what_would_be_otherwise(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path, auto=False) as here:
        here.meters.silent = {"c2", "p2"}
        await here.live(RIPE)
        name = quarter_hour(0).name
        settler = here.engine.settler
        await settler.settle(quarter_hour(0), provisional=True, actor="uid 1")
        assert (await here.engine.answers.preview(name)).differences == ()
        await here.meters.speak_up(here.engine.intake.emit)
        await here.engine.intake.flush()
        found = {one.house: one for one in (await here.engine.answers.preview(name)).differences}
        assert {"c2", "p2"} <= set(found)
        assert (found["p2"].sold_before_wh, found["p2"].sold_wh > 0) == (0, True)
        assert (found["c2"].bought_before_wh, found["c2"].bought_wh > 0) == (0, True)


async def test_what_was_settled_from_all_houses_has_no_difference(tmp_path: Path) -> None:
    async with neighbourhood(tmp_path) as here:
        await here.live(30 + RIPE, until_final=True)
        for number in (0, 1):
            preview = await here.engine.answers.preview(quarter_hour(number).name)
            assert preview.plan is not None
            assert preview.differences == ()
