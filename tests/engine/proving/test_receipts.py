"""Receipts of a settled street, checked with nothing but the file and the chain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from console.chain.symbol import SymbolChain
from console.engine.proving.receipts import compare
from console.engine.readings.plates import Plates
from console.engine.serving.api import operate_app, watch_app
from console.model.receipt import Finding, HouseReceipt
from console.settlement.receipt import check
from tests.engine.street import Opened, ask, interval

FIRST = interval(0).name


class _NoExport(Plates):
    """The plates of a street whose meters have no export register."""

    def exports(self, house: str) -> bool:
        return False


async def receipt_of(street: Opened, house: str, name: str = FIRST) -> HouseReceipt:
    engine = street.engine
    async with ask(operate_app(engine, engine.audience)) as client:
        answer = await client.get(f"/receipt/{house}/{name}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=HouseReceipt)


async def refusal(street: Opened, house: str, name: str) -> str:
    engine = street.engine
    async with ask(operate_app(engine, engine.audience)) as client:
        answer = await client.get(f"/receipt/{house}/{name}")
    assert answer.status_code == 409
    return str(answer.json()["message"])


async def on_chain(street: Opened, found: HouseReceipt) -> list[Finding]:
    return [finding async for finding in compare(found, street.engine.parts.chain)]


def broken(findings: list[Finding]) -> list[str]:
    return [finding.text for finding in findings if not finding.holds]


@pytest.fixture
async def settled(street: Opened) -> Opened:
    await street.run()
    return street


async def test_every_house_proves_every_interval(settled: Opened) -> None:
    for number in range(4):
        for house in ("c1", "c2", "p1", "p2"):
            found = await receipt_of(settled, house, interval(number).name)
            assert broken(list(check(found))) == []
            assert broken(await on_chain(settled, found)) == []


async def test_a_receipt_tells_nothing_of_another_house(settled: Opened) -> None:
    found = await receipt_of(settled, "c1")
    text = msgspec.json.encode(found).decode()
    salt = settled.engine.parts.key_of(interval(0))
    assert salt is not None
    community = settled.settings.community.id
    assert found.salt == salt.salt(community, "c1", interval(0), 0).hex()
    assert salt.salt(community, "c2", interval(0), 0).hex() not in text
    assert '"c2"' not in text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda r: _leaf(r, bought_wh=r.leaf.bought_wh - 1), "the leaf of c1 leads"),
        (lambda r: _leaf(r, import_end_wh=r.leaf.import_end_wh + 1), "the leaf of c1 leads"),
        (lambda r: _rules(r, demand_wh=r.rules.demand_wh + 1), "the rules, prices, S, D and A"),
        (lambda r: _rules(r, prices={"p1": 1}), "the rules, prices, S, D and A"),
        (lambda r: msgspec.structs.replace(r, index=r.index + 1), "the leaf of c1 leads"),
        (lambda r: msgspec.structs.replace(r, size=10**9), "the leaf of c1 leads"),
        (lambda r: msgspec.structs.replace(r, path=r.path[:-1]), "the leaf of c1 leads"),
    ],
)
async def test_a_changed_receipt_is_found(
    settled: Opened, change: Callable[[HouseReceipt], HouseReceipt], told: str
) -> None:
    findings = broken(list(check(change(await receipt_of(settled, "c1")))))
    assert any(told in text for text in findings)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"inputs_root": "00" * 32}, "part 1 is sealed with this root"),
        ({"community": "elsewhere"}, "settles for elsewhere"),
        ({"generation_hash": "11" * 32}, "the chain is the one"),
        ({"transactions": ("22" * 32,)}, "0 of 1 transactions are on the chain"),
        ({"interval": interval(1).name}, "part 1 is sealed with this root"),
        ({"parts": 2}, "1 of 2 transactions"),
    ],
)
async def test_what_the_chain_does_not_say_is_found(
    settled: Opened, changes: dict[str, Any], told: str
) -> None:
    found = msgspec.structs.replace(await receipt_of(settled, "c1"), **changes)
    assert any(told in text for text in broken(await on_chain(settled, found)))


async def test_a_share_that_the_rule_does_not_give_is_found(settled: Opened) -> None:
    found = await receipt_of(settled, "c1")
    greedy = _leaf(found, bought_carry_in_nwh=-50 * 10**9)
    assert "what it bought is its share by pro-rata, with its carry" in broken(list(check(greedy)))


async def test_a_house_without_an_export_register_is_told_as_such(settled: Opened) -> None:
    usual = await receipt_of(settled, "c1")
    assert "exports" not in msgspec.to_builtins(usual)
    settled.engine.parts.plates = _NoExport(settled.settings)
    found = await receipt_of(settled, "c1")
    assert found.exports is False
    told = [one.text for one in check(found) if one.holds]
    assert any("what it gave is not known" in text for text in told)
    sold = await receipt_of(settled, "p1")
    assert sold.exports is msgspec.UNSET
    false = msgspec.structs.replace(sold, exports=False)
    assert any("no export register" in text for text in broken(list(check(false))))


async def test_there_is_no_receipt_before_the_seal_or_for_a_stranger(street: Opened) -> None:
    street.engine.settler.auto = False
    await street.run()
    assert "is not settled yet" in await refusal(street, "c1", FIRST)
    assert "was no member" in await refusal(street, "stranger", interval(3).name)


async def test_only_who_operates_is_told(settled: Opened) -> None:
    engine = settled.engine
    async with ask(watch_app(engine, engine.audience)) as client:
        assert (await client.get(f"/receipt/c1/{FIRST}")).status_code == 404


async def test_another_node_of_the_same_chain_serves_as_well(settled: Opened) -> None:
    found = await receipt_of(settled, "p1")
    node = settled.engine.node
    assert node is not None
    chain = SymbolChain.inside(node.app)
    assert broken([finding async for finding in compare(found, chain)]) == []


def _leaf(found: HouseReceipt, **changes: Any) -> HouseReceipt:
    return msgspec.structs.replace(found, leaf=msgspec.structs.replace(found.leaf, **changes))


def _rules(found: HouseReceipt, **changes: Any) -> HouseReceipt:
    return msgspec.structs.replace(found, rules=msgspec.structs.replace(found.rules, **changes))
