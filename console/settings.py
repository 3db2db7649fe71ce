"""The settings: what config.toml says, typed and frozen. config.py reads them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from console.model.house import House


class TlsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """By what a meter's certificate is believed; by the usual authorities where all is left out."""

    ca: Path | None = None
    """The file of the one authority that is believed."""
    name: str = ""
    """The name in its certificate, where that is not the address's host."""
    pin: str = ""
    """The certificate's fingerprint, `sha256:` and 64 hexadecimal digits; nothing else counts."""


SIMULATED = "simulated"
"""The meter profile of energy that is made up."""
FILE = "file"
"""The meter profile of a house that is not polled: its readings come from files alone."""


class MeterSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a house's meter is asked."""

    profile: str
    """The profile's name, such as `homewizard-v1`; `simulated` and `file` need no url."""
    url: str = ""
    """Where it answers: scheme, host and port."""
    secret: str = ""
    """A `file:` or `env:` reference to its secret, never the secret."""
    tls: TlsSettings = TlsSettings()
    """By what its certificate is believed."""
    params: dict[str, str] = {}
    """What its profile asks of each house, by name."""
    described: dict[str, object] = {}
    """What the profile `generic` reads instead of a file."""

    @property
    def from_files(self) -> bool:
        """Whether nothing is polled and readings come from files alone."""
        return self.profile == FILE

    def is_also(self, other: MeterSettings) -> bool:
        """Return whether both name one meter; a profile that is not known yet may be any."""
        same_place = bool(self.url) and self.url.rstrip("/") == other.url.rstrip("/")
        same_kind = self.profile in ("", other.profile)
        # several may answer at one address: these say which of them it is
        same_words = (self.params, self.described) == (other.params, other.described)
        return same_place and same_kind and same_words


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A house with its meter."""

    house: House
    """The member."""
    meter: MeterSettings
    """Its meter."""


LEAST_FREE = 200 << 20
"""Free space below which the data folder's disk is called full, bytes."""


class CommunitySettings(msgspec.Struct, frozen=True, kw_only=True):
    """`[community]`."""

    id: str
    """Its id, in every chain key; never changed."""
    name: str = ""
    """What screens call it."""
    timezone: str = "UTC"
    """Its zone; days and billing months are local to it."""
    currency: str = "EUR"
    """The currency's code."""
    latitude: float | None = None
    """Degrees north."""
    longitude: float | None = None
    """Degrees east."""


class SettlementSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`[settlement]`."""

    minutes: int = 15
    """The interval's length, minutes."""
    rule: str = "pro-rata"
    """The allocation rule."""
    matching: str = "pairs"
    """`pairs` (every producer with every consumer) or `compact`."""
    self_netting: bool = False
    """Whether a house's own import and export are netted first."""
    grace_seconds: int = 300
    """How long readings may come late before an interval is frozen or held, s."""
    deadline_days: int = 10
    """After how many days a held interval is closed with what was measured."""
    max_wh_per_interval: int | None = None
    """The most that one interval may settle, Wh."""
    max_wh_per_day: int | None = None
    """The most that one local day may settle, Wh."""


class PriceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`[price]`; all in micro-units of the currency per kWh."""

    kind: str = "fixed"
    """`fixed`, `ask`, `mid-market` or `supply-demand`."""
    fixed_micro_per_kwh: int = 100_000
    """The price under `fixed`."""
    retail_micro_per_kwh: int | None = None
    """What the grid charges."""
    feed_in_micro_per_kwh: int | None = None
    """What the grid pays."""


class ChainSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`[chain]`."""

    kind: str = "embedded"
    """`embedded`, `symbol` or `nem`."""
    nodes: tuple[str, ...] = ()
    """The nodes' addresses, for a public chain."""
    keystore: Path | None = None
    """The operator's key file; `operator.key` in the data folder where left out."""
    payout_mosaic: str = ""
    """The currency mosaic for payouts."""
    publish: str = "interval"
    """`interval` or `day`."""


class EngineSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`[engine]`."""

    data: Path
    """The data folder."""
    group: str = ""
    """The group that may use the operator's socket too."""
    poll_seconds: float = 10.0
    """The poll period, s."""


class TariffSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`[[tariff]]`: prices from a local day on, micro-units per kWh."""

    start: date
    """The first local day (`from` in the file)."""
    retail_micro_per_kwh: int
    """What the grid charges."""
    feed_in_micro_per_kwh: int
    """What the grid pays."""
    fixed_micro_per_kwh: int | None = None
    """The price among neighbours under `fixed`; None where it stays as it was."""


class RuleSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`[[rule]]`: the allocation rule from a local day on, instead of `[settlement] rule`."""

    start: date
    """The first local day (`from` in the file)."""
    rule: str
    """The rule."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of config.toml."""

    source: Path | None
    """The file it was read from; None where there is none (demo, replay)."""
    community: CommunitySettings
    """`[community]`."""
    settlement: SettlementSettings
    """`[settlement]`."""
    price: PriceSettings
    """`[price]`."""
    chain: ChainSettings
    """`[chain]`."""
    engine: EngineSettings
    """`[engine]`."""
    members: tuple[Member, ...] = ()
    """`[[house]]`, in the file's order."""
    tariffs: tuple[TariffSettings, ...] = ()
    """`[[tariff]]`, in order of time."""
    rules: tuple[RuleSettings, ...] = ()
    """`[[rule]]`, in order of time."""
    profiles: Path | None = None
    """`[profiles] folder`: a folder of meter profiles besides the built-in ones."""

    @property
    def key_file(self) -> Path:
        """Where the operator's key lies."""
        return self.chain.keystore or self.engine.data / "operator.key"

    @property
    def houses(self) -> tuple[House, ...]:
        """All members without their meters."""
        return tuple(member.house for member in self.members)
