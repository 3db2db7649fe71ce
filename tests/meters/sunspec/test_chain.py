from __future__ import annotations

from collections.abc import Sequence

import pytest

from console.errors import MeterError
from console.meters.sunspec.chain import MOST_MODELS, Found, Read, find_meter
from tests.meters.sunspec.device import END, MARK, common, floating, inverter, whole


def registers(base: int, words: list[int]) -> Read:
    """Return what reads a device that has these registers alone."""

    async def read(address: int, count: int) -> Sequence[int] | None:
        at = address - base
        return words[at : at + count] if at >= 0 and at + count <= len(words) else None

    return read


@pytest.mark.parametrize("base", [40000, 50000, 0])
async def test_a_map_is_found_wherever_it_may_begin(base: int) -> None:
    words = MARK + common("A17") + inverter() + common("B18") + whole(203) + END
    found = await find_meter(registers(base, words), "it")
    assert found == Found(address=base + 190, model=203, length=105, maker="Fronius", serial="B18")


async def test_the_second_meter_is_found_where_it_is_meant() -> None:
    words = MARK + common("A") + whole(201) + common("B") + floating(213) + END
    assert (await find_meter(registers(0, words), "it", 2)).serial == "B"
    with pytest.raises(MeterError, match="it: it has no meter number 3, the last is 2"):
        await find_meter(registers(0, words), "it", 3)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([0x5375, 0x6E54, *END], "no SunSpec map begins"),
        ([], "no SunSpec map begins"),
        (MARK + END, r"is a meter \(201 to 204, 211 to 214\): none"),
        (MARK + common("A") + inverter() + END, "is a meter .*: 1, 103"),
        (MARK + common("A") + inverter(), "is a meter .*: 1, 103"),
        ([*MARK, 203, 20, *([0] * 20), *END], "its model 203 is too short"),
        (MARK + [103, 0] * 200, "is a meter"),
        ([*MARK, 103, 65535, *END], "is a meter .*: 103$"),
    ],
)
async def test_a_chain_without_a_meter_is_told(words: list[int], reason: str) -> None:
    with pytest.raises(MeterError, match=reason) as caught:
        await find_meter(registers(40000, words), "it")
    assert caught.value.message.count("103") <= MOST_MODELS
