"""The payout: shows what producers are due of a period's paid bills, asks, and has it paid."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

import msgspec
import typer

from console.cli import asking
from console.cli.bills.approving import period_of
from console.cli.options import AsJson, ConfigFile, settings_of
from console.cli.questions import Questions
from console.model.money import in_units
from console.model.payout import PayOut, Payout, PayoutState
from console.safe_text import safe_text

_encoder = msgspec.json.Encoder(decimal_format="number")


def payout(
    context: typer.Context,
    period: Annotated[
        str,
        typer.Argument(
            metavar="PERIOD",
            help="2026-06, 2026-W25 or 2026-06-01..2026-06-15.",
            show_default=False,
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """Pay the producers of a period on the chain, once, after all its bills are paid."""
    settings = settings_of(context, config)
    name = period_of(period)
    shown = asking.command(settings, lambda client: client.payout(name))
    ready = shown.state is PayoutState.READY
    if ready:
        for line in _lines(shown):
            typer.echo(line, err=as_json)
        if not dry_run and not yes and not _agreed(name):
            typer.echo("Nothing was paid.", err=as_json)
            return 1
        if not dry_run:
            command = PayOut(token=shown.token)
            shown = asking.command(settings, lambda client: client.pay_out(name, command))
    done = ready and not dry_run
    text = _sentence(shown, done=done)
    if as_json:
        typer.echo(_encoder.encode(_document(shown, text, done=done)).decode())
    else:
        typer.echo(text)
    return 0


def _agreed(name: str) -> bool:
    questions = Questions(yes=False, otherwise=f"mosaic payout {name} --yes")
    questions.require_answers()
    return questions.agree("Pay this out?", default=False)


def _document(shown: Payout, text: str, *, done: bool) -> dict[str, object]:
    """Return what `--json` prints; `done` says whether this very run decided it."""
    return {
        "period": shown.period,
        "revision": shown.revision,
        "state": shown.state,
        "done": done,
        "currency": shown.currency,
        "amount": Decimal(in_units(shown.cents)),
        "set_off": Decimal(in_units(shown.set_off_cents)),
        "mosaic": shown.mosaic,
        "bills": shown.bills,
        "sha256": shown.sha256,
        "houses": [
            {
                "house": payee.house,
                "name": payee.name,
                "wallet": payee.wallet,
                "amount": Decimal(in_units(payee.cents)),
            }
            for payee in shown.payees
        ],
        "transactions": [
            {"height": part.height, "tx": part.transaction.hex().upper()} for part in shown.parts
        ],
        "text": text,
    }


def _lines(shown: Payout) -> Iterator[str]:
    names = [safe_text(payee.house, 32) for payee in shown.payees]
    width = max(map(len, [*names, "together"]))
    amounts = [in_units(payee.cents) for payee in shown.payees]
    total = in_units(shown.cents)
    for house, amount, payee in zip(names, amounts, shown.payees, strict=True):
        called = f"  {safe_text(payee.name, 40)}" if payee.name else ""
        yield f"{house.ljust(width)}  {amount.rjust(len(total))}  {payee.wallet}{called}"
    currency = safe_text(shown.currency, 12)
    yield f"{'together'.ljust(width)}  {total}  {currency}"
    if shown.set_off_cents:
        yield (
            f"{in_units(shown.set_off_cents)} {currency} more were paid out already, as the chain "
            "alone tells: the store was lost or put back since."
        )
    count = shown.transactions
    yield (
        f"It rests on {shown.bills} paid bills, takes {count} transaction{'s' * (count > 1)} in "
        f"mosaic {shown.mosaic}, and cannot be taken back."
    )


def _sentence(shown: Payout, *, done: bool) -> str:
    amount = f"{in_units(shown.cents)} {safe_text(shown.currency, 12)}"
    which = f" (revision {shown.revision})" if shown.revision else ""
    houses = f"{len(shown.payees)} house{'s' * (len(shown.payees) != 1)}"
    if done:
        return f"{shown.period}{which}: {amount} are paid out to {houses}."
    if shown.state is PayoutState.PAID:
        block = max((part.height for part in shown.parts), default=0)
        told = " ".join(part.transaction.hex()[:16].upper() for part in shown.parts)
        return (
            f"{shown.period}{which} was paid out: {amount} to {houses}, block {block}, {told}. "
            "Nothing was done."
        )
    if shown.state is PayoutState.ON_ITS_WAY:
        return f"{shown.period}{which} is being paid out: {amount} to {houses}. Nothing was done."
    return f"{shown.period}{which}: {amount} would be paid out to {houses}."
