"""The interval: what a seeded street's meters read in it, its plan, and the plan's transactions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from console.chain.codec import Signed, Transaction, sign
from console.chain.frame import Frame
from console.chain.keyfile import OperatorKey
from console.chain.posting import compose
from console.model.balance import IntervalBalances
from console.model.interval import Interval
from console.model.reading import Reading
from console.model.settlement import Plan
from console.settlement.balance import balance
from console.settlement.plan import decide
from console.settlement.terms import Terms

SEED = 20261123
OPERATOR_SEED = bytes(range(32))
GENERATION_HASH = bytes(range(32, 64))
NETWORK = 0x98
MOST_INNER = 100
COMMUNITY = "lindenhof"
INTERVAL = Interval(datetime(2026, 6, 21, 10, 0, tzinfo=UTC), 15)
POLL = timedelta(seconds=10)
CLOSE = 2 * POLL

TERMS = Terms(community=COMMUNITY, currency="EUR", most_inner=MOST_INNER)
"""The default terms."""
_KEY = OperatorKey(OPERATOR_SEED)
_HEAD = bytes(32)


class Street(NamedTuple):
    """Producers and consumers with their readings beside one interval's edges."""

    houses: tuple[str, ...]
    readings: Mapping[str, Sequence[Reading]]
    wallets: Mapping[str, str]

    def balances(self) -> IntervalBalances:
        """Return what the readings say of the interval."""
        return balance(INTERVAL, self.houses, self.readings, lambda _: CLOSE, {})

    def decide(self, balances: IntervalBalances) -> Plan:
        """Return the interval's plan by default terms."""
        return decide(balances, TERMS, {}, self.salt)

    @staticmethod
    def salt(house: str) -> bytes:
        """Return a house's salt in the interval."""
        return _KEY.salt(COMMUNITY, house, INTERVAL, 0)

    def compose(self, plan: Plan) -> list[Transaction]:
        """Return the plan's transactions."""
        return compose(
            plan,
            _HEAD,
            Frame(
                operator_key=_KEY.public_key,
                network=NETWORK,
                deadline_ms=7_200_000,
                fee_multiplier=0,
            ),
            wallets=self.wallets,
            most_inner=MOST_INNER,
        )


def street(producers: int, consumers: int) -> Street:
    """Return a street, the same every time: each house either gives or takes."""
    source = Random(SEED)
    houses = tuple(f"test{number}" for number in range(1, producers + consumers + 1))
    giving = set(houses[:producers])
    return Street(
        houses,
        {house: _readings(house, house in giving, source) for house in houses},
        {house: _KEY.wallet(COMMUNITY, house, NETWORK) for house in houses},
    )


def signed(transaction: Transaction) -> Signed:
    """Return a transaction built and signed by the codec."""
    return sign(transaction, GENERATION_HASH, raw_signature)


def raw_signature(data: bytes) -> bytes:
    """Return the operator's signature of bytes."""
    return _KEY.sign(data)


def _readings(house: str, gives: bool, source: Random) -> list[Reading]:
    """Return the readings beside the interval's edges, which say it all of a steady register."""
    wh = source.randint(500, 2500) if gives else source.randint(100, 1500)
    first = INTERVAL.start - POLL * source.random()
    polls = INTERVAL.minutes * timedelta(minutes=1) // POLL
    found = []
    for number in (0, 1, polls, polls + 1):
        flown = wh * number // polls
        found.append(
            Reading(
                house=house,
                time=first + number * POLL,
                import_wh=1_000_000 + (0 if gives else flown),
                export_wh=1_000_000 + (flown if gives else 0),
            )
        )
    return found
