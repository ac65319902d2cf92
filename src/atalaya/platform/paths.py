"""Where a desk keeps what it has to keep: one folder, with a place for each kind of thing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

SYSTEM = Path("/var/lib/atalaya")


def default_data(*, home: Path, shared_data: Path | None = None, uid: int | None = None) -> Path:
    """The folder of a desk nobody chose a folder for.

    Root keeps it with the system's services; anybody else among his own data
    (``shared_data`` is ``$XDG_DATA_HOME``).
    """
    if (os.geteuid() if uid is None else uid) == 0:
        return SYSTEM
    return (shared_data or home / ".local" / "share") / "atalaya"


@dataclass(frozen=True)
class Places:
    """The rooms of a desk's data folder."""

    data: Path

    @property
    def database(self) -> Path:
        """The embedded PostgreSQL: its cluster, log, socket and locks."""
        return self.data / "postgres"

    @property
    def secrets(self) -> Path:
        """One file for each secret made at first start."""
        return self.data / "secrets"

    @property
    def files(self) -> Path:
        """Attachments and raw mail."""
        return self.data / "files"

    @property
    def static(self) -> Path:
        """Style sheets, scripts and pictures, collected at start."""
        return self.data / "static"

    @property
    def backups(self) -> Path:
        """Where backups go unless told otherwise."""
        return self.data / "backups"

    @property
    def running(self) -> Path:
        """Lock and state of the process tree that is up."""
        return self.data / "up.json"

    def make(self) -> None:
        """Create what is missing. What exists keeps its owner and its permissions."""
        if not self.data.exists():
            # The database's own user has to walk through it when we are root.
            mode = 0o755 if os.geteuid() == 0 else 0o700
            self.data.mkdir(parents=True, exist_ok=True)
            self.data.chmod(mode)
        for room in (self.secrets, self.files, self.backups):
            room.mkdir(mode=0o700, exist_ok=True)
