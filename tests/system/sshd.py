"""A real sshd on the loopback, with keys and settings of its own, for one test."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType

SBIN = "/usr/sbin:/usr/local/sbin:/sbin"
MOST_SECONDS = 20.0
"""How long it may take until it answers, s."""


def find() -> str | None:
    """Return where sshd lies; None where there is none, or no ssh."""
    sshd = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:{SBIN}")
    return sshd if shutil.which("ssh") else None


class Sshd:
    """Lets the test's own user in, by keys alone, each bound to its forced command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700)
        self.user = pwd.getpwuid(os.getuid()).pw_name
        self.port = _free_port()
        self._keys = folder / "authorized_keys"
        self._keys.touch(mode=0o600)
        self._make_key("host")
        host = (folder / "host.pub").read_text()
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {host}")
        config = {
            "ListenAddress": f"127.0.0.1:{self.port}",
            "HostKey": folder / "host",
            "AuthorizedKeysFile": self._keys,
            "PidFile": folder / "pid",
            "PasswordAuthentication": "no",
            "KbdInteractiveAuthentication": "no",
            "PermitRootLogin": "prohibit-password",
            "StrictModes": "no",
            "UsePAM": "no",
            "LogLevel": "VERBOSE",
        }
        text = "".join(f"{name} {value}\n" for name, value in config.items())
        (folder / "sshd_config").write_text(text)

    def __enter__(self) -> Sshd:
        if os.getuid() == 0:
            # where sshd of root puts its unprivileged part; a system's own unit makes it
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        program = find()
        assert program is not None
        self._log = (self.folder / "log").open("wb")
        self._process = subprocess.Popen(
            [program, "-D", "-e", "-f", str(self.folder / "sshd_config")],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        deadline = time.monotonic() + MOST_SECONDS
        while not self._answers():
            assert self._process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(MOST_SECONDS)
        self._log.close()

    @property
    def said(self) -> str:
        """What it logged."""
        return (self.folder / "log").read_text(errors="replace")

    def let_in(self, name: str, command: str) -> None:
        """Make a key and bind it to a command, with a terminal and nothing else."""
        self._make_key(name)
        public = (self.folder / f"{name}.pub").read_text()
        with self._keys.open("a") as keys:
            keys.write(f'command="{command}",restrict,pty {public}')

    def line(self, name: str) -> tuple[str, ...]:
        """Return the words of an ssh that logs in by a key."""
        options = {
            "IdentityFile": self.folder / name,
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "UserKnownHostsFile": self.folder / "known_hosts",
            "GlobalKnownHostsFile": "/dev/null",
            "BatchMode": "yes",
            "StrictHostKeyChecking": "yes",
        }
        words = [word for one in options.items() for word in ("-o", f"{one[0]}={one[1]}")]
        ssh = shutil.which("ssh")
        assert ssh is not None
        return (ssh, "-F", "/dev/null", *words, "-p", str(self.port), f"{self.user}@127.0.0.1")

    def _make_key(self, name: str) -> None:
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / name)],
            check=True,
        )

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
