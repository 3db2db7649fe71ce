"""The units in contrib/: hardened as docs/running.md promises, and calling what exists."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from console.cli.app import application

CONTRIB = Path(__file__).parents[1] / "contrib"
SERVICES = ("mosaic.service", "mosaic-backup.service")
UNITS = (*SERVICES, "mosaic-backup.timer")
PROGRAM = "/usr/local/bin/mosaic"

HARDENED = """
User=mosaic
UMask=0077
LimitCORE=0
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
CapabilityBoundingSet=
SystemCallArchitectures=native
SystemCallFilter=@system-service
""".splitlines()[1:]

ENGINE = """
Type=notify
StateDirectory=mosaic
StateDirectoryMode=0710
LoadCredentialEncrypted=passphrase:/etc/mosaic/passphrase.cred
ReadWritePaths=/etc/mosaic
Restart=on-failure
ExecReload=/bin/kill -HUP $MAINPID
RestartPreventExitStatus=75 78
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
"""


def _lines(unit: str) -> list[str]:
    return (CONTRIB / unit).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_is_hardened(unit: str) -> None:
    assert set(HARDENED) - set(_lines(unit)) == set()


def test_the_engines_service_is_as_promised() -> None:
    assert set(ENGINE.strip().splitlines()) - set(_lines("mosaic.service")) == set()


@pytest.mark.parametrize("unit", SERVICES)
def test_its_command_exists(unit: str) -> None:
    [line] = [line for line in _lines(unit) if line.startswith("ExecStart=")]
    program, name, *words = shlex.split(line.removeprefix("ExecStart="))
    group = typer.main.get_command(application())
    assert program == PROGRAM
    command = group.commands[name]  # type: ignore[attr-defined]
    options = {word for parameter in command.params for word in parameter.opts}

    assert {word for word in words if word.startswith("-")} <= options
    # parsed, not run
    command.make_context(name, words).close()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = (CONTRIB / unit).read_text(encoding="utf-8").replace(PROGRAM, sys.executable)
        (tmp_path / unit).write_text(text, encoding="utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit) for unit in UNITS)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout + done.stderr) == (0, "")
