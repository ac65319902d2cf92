"""Where the embedded PostgreSQL is reached: a socket in a private folder, worked out from the data
folder alone, so that every process of a desk finds the same server without being told."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from urllib.parse import quote

SOCKET = ".s.PGSQL.5432"
LONGEST = 100  # a socket's whole path must stay below 108 bytes; some are left for a lock file
SHORT = Path("/tmp")  # noqa: S108 - the folder made in it is private and checked for its owner
ROLE = "atalaya"
DATABASE = "atalaya"


def socket_folder(cluster: Path) -> Path:
    """The folder of the socket: within the cluster's own folder, or where the path is short."""
    own = cluster / "socket"
    if len(os.fsencode(own / SOCKET)) <= LONGEST:
        return own
    mark = hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]
    return SHORT / f"atalaya-{mark}"


def url(cluster: Path, database: str = DATABASE, *, role: str = ROLE) -> str:
    """The address of a database of the embedded server, as psycopg and Django take it."""
    folder = quote(str(socket_folder(cluster.resolve())), safe="")
    return f"postgresql://{role}@/{quote(database, safe='')}?host={folder}"
