"""Every command and option that the table of commands names is in the help."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

TABLE = {
    "demo": "--houses --speed --seed --season --kiosk --headless --intervals --json",
    "run": "",
    "engine": "--passphrase-fd",
    "watch": "",
    "stop": "",
    "status": "--json",
    "settle": "INTERVAL --due --dry-run --provisional --accept-partial --yes --json",
    "auto": "on off",
    "ledger": "--producer --consumer --from --to --format table jsonl csv",
    "verify": "--json",
    "receipt": "HOUSE INTERVAL --check FILE --node URL --chain",
    "payout": "PERIOD --dry-run --yes --json",
    "bills": "PERIOD approve paid HOUSE --yes --house --format table json csv html",
    "compare": "--days --from --to --rule --price --house --json",
    "alarms": "ack shelve unshelve --all --json",
    "alarms ack": "ID",
    "alarms shelve": "ID --reason --for --until",
    "alarms unshelve": "ID",
    "audit": "--check --json",
    "replay": "FILE --minutes --rule --price mid-market supply-demand --retail --feed-in "
    "--matching pairs compact --keys --ledger --json --console --speed --at --zone",
    "record": "on off status export --json",
    "record export": "PERIOD FILE --house",
    "record on": "--days --megabytes --json",
    "record off": "--json",
    "record status": "--json",
    "import": "FILE --house --minutes --start --end --import --export --energy --direction "
    "--given --house-column --quality --word --unit --zone --dates --decimal --repeated-hour "
    "--spread --dry-run --yes --json",
    "unlock": "--passphrase-fd",
    "key": "import rotate",
    "houses": "list add address",
    "houses add": "NAME --id --address --new-wallet --meter-url --profile --secret --tls "
    "--param --generic --anyway --yes",
    "houses address": "HOUSE",
    "houses list": "--json --health",
    "meters": "profiles probe certificate test swap",
    "meters certificate": "URL --json",
    "meters profiles": "",
    "meters probe": "URL --profile --secret --tls --param --generic --minutes --now --json",
    "meters test": "FILE --profile --param --generic --json",
    "meters swap": "HOUSE --at --last-import --last-export --first-import --first-export --serial "
    "--yes",
    "doctor": "",
    "backup": "FOLDER --json",
    "restore": "FOLDER --yes",
    "init": "FOLDER --name --id --timezone --currency --latitude --longitude --price --retail "
    "--feed-in --data --yes --passphrase-fd",
}
"""Design section 8, the commands that exist so far."""

OWN = {
    "--help", "--config", "--calm", "--ascii", "--theme", "--mouse", "--no-mouse",
    "--version", "--install-completion",
    "--show-completion",
}  # fmt: skip
"""Options of every command, of the screens, and of `mosaic` alone."""


def help_of(*command: str) -> str:
    environment = {
        "PATH": os.environ["PATH"], "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-m", "console", *command, "--help"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return run.stdout


@pytest.mark.parametrize("command", TABLE)
def test_a_command_has_the_tables_options_and_no_other(command: str) -> None:
    told = help_of(*command.split())
    missing = [word for word in TABLE[command].split() if word not in told]
    assert not missing
    options = set(re.findall(r"--[a-z][a-z-]*", told))
    assert options - OWN == {word for word in TABLE[command].split() if word.startswith("--")}


def test_the_help_lists_the_tables_commands_and_no_other() -> None:
    told = help_of()
    listed = re.findall(
        r"^│ ([a-z]+) {2,}", told[told.index("The console and its engine") :], re.MULTILINE
    )
    assert sorted(listed) == sorted(command for command in TABLE if " " not in command)


def test_the_help_tells_commands_by_what_they_are_for() -> None:
    told = help_of()
    panels = dict(re.findall(r"^╭─ (\w[^─]*) ─+╮\n│ (\S+)", told, re.MULTILINE))
    assert panels.pop("Options") == "--config"
    assert panels == {
        "The console and its engine": "demo",
        "Set up": "init",
        "Settlement and ledger": "settle",
        "Bills": "bills",
        "Readings, recordings, copies": "import",
    }


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("meters probe", "a swapped sign, a wrong unit, exchanged registers, phases"),
        ("bills", "what comes later is a correction of its own."),
    ],
)
def test_a_paragraph_breaks_where_the_terminal_does(command: str, said: str) -> None:
    assert said in help_of(*command.split())
