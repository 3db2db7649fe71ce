"""The receipt: what one house needs to prove its share of an interval, and nothing of another's."""

from __future__ import annotations

import msgspec

from console.model.reading import Quality


class Leaf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a member's leaf, in the leaf's order (design section 5)."""

    house: str
    """The house's id."""
    import_start_wh: int
    """The import register at the start edge, Wh."""
    import_end_wh: int
    """The import register at the end edge, Wh."""
    export_start_wh: int
    """The export register at the start edge, Wh."""
    export_end_wh: int
    """The export register at the end edge, Wh."""
    quality: Quality
    """How the two edges are known."""
    bought_carry_in_nwh: int
    """Its fraction on the buying side before, nano-Wh."""
    sold_carry_in_nwh: int
    """Its fraction on the selling side before, nano-Wh."""
    bought_wh: int
    """What it bought from its neighbours, Wh."""
    sold_wh: int
    """What it sold to its neighbours, Wh."""


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of the leaf that all members share."""

    rule: str
    """The allocation rule."""
    matching: str
    """`pairs` or `compact`."""
    self_netting: bool
    """Whether each house's own import and export were netted first."""
    keys: dict[str, int] = {}
    """What the rule knew of each house."""
    prices: dict[str, int]
    """Micro-units per kWh of each producer that sold, by house id."""
    surplus_wh: int
    """S: all surplus, Wh."""
    demand_wh: int
    """D: all demand, Wh."""
    shared_wh: int
    """A: what was shared, Wh."""


class HouseReceipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A house's share of an interval with the way to its root and to the chain.

    Hashes, keys and salts are hexadecimal text.
    """

    format: str = "mosaic-receipt-1"
    """The format's name."""
    community: str
    """The community's id."""
    operator: str
    """The public key of who sealed the interval."""
    generation_hash: str
    """The network's generation hash."""
    wallet: str
    """The house's wallet address."""
    interval: str
    """The interval's name."""
    minutes: int
    """Its length."""
    revision: int
    """Its revision."""
    parts: int
    """How many transactions posted it; 0 where nothing was shared."""
    transactions: tuple[str, ...]
    """Their hashes."""
    leaf: Leaf
    """The house's own leaf."""
    salt: str
    """The leaf's salt; whoever knows it can read the registers back from the leaf's hash."""
    index: int
    """The leaf's place, from 0."""
    size: int
    """How many leaves there are; the rules leaf is the last one."""
    path: tuple[str, ...]
    """The hashes from the leaf to the root."""
    rules: Rules
    """The leaf that all members share."""
    rules_path: tuple[str, ...]
    """The hashes from it to the root."""
    inputs_root: str
    """The root."""
    exports: bool | msgspec.UnsetType = msgspec.UNSET
    """False where its meter has no export register; then those of the leaf say nothing."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that a receipt's check looked at."""

    holds: bool
    """Whether it is so."""
    text: str
    """What was looked at, or what is wrong; one sentence."""
