from collections.abc import Callable

import msgspec
import pytest

from console.ledger.evidence import Evidence
from console.ledger.summary import summarise
from console.model.interval import Interval
from console.model.settlement import Settlement, State


def test_a_summary_adds_everything_up(
    evidence: Evidence, interval: Callable[[int], Interval]
) -> None:
    settlements = [
        Settlement(interval=interval(number), state=state, changed=interval(0).start)
        for number, state in enumerate(
            [State.FINAL, State.FINAL, State.FINAL, State.IDLE, State.HELD]
        )
    ]
    summary = summarise(evidence, settlements, gap_wh=11, height=7, seconds=1.23456)
    document = msgspec.json.decode(msgspec.json.encode(summary))
    houses = document.pop("houses")
    assert document == {
        "intervals": 5,
        "settled": 4,
        "idle": 1,
        "held": 1,
        "imported_wh": 270,
        "exported_wh": 300,
        "shared_wh": 270,
        "gap_wh": 11,
        "rows": 6,
        "transactions": 3,
        "height": 7,
        "residual_wh": 0,
        "seconds": 1.235,
    }
    assert list(houses) == ["H01", "H02", "H03"]
    assert houses["H01"] == {
        "imported_wh": 0,
        "exported_wh": 300,
        "bought_wh": 0,
        "sold_wh": 270,
        "bought_carry_nwh": 0,
        "sold_carry_nwh": 2,
    }
    assert houses["H02"]["bought_wh"] == 180


@pytest.mark.parametrize("at", range(6))
def test_one_altered_row_raises_the_residual_of_the_summary(evidence: Evidence, at: int) -> None:
    rows = list(evidence.entries)
    rows[at] = msgspec.structs.replace(rows[at], wh=rows[at].wh + 1)
    summary = summarise(
        msgspec.structs.replace(evidence, entries=rows), [], gap_wh=0, height=1, seconds=0
    )
    assert summary.residual_wh == 1
