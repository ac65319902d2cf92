"""Who uses a cluster: each process holds a read lock on one file for as long as it does.

The kernel drops the lock when the process ends, however it ends, and children made by fork do not
inherit it. Whoever gets the write lock knows that nobody is left.
"""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

FILE = "users.lock"

_held: dict[
    Path, tuple[int, int]
] = {}  # a second handle on the file would drop the lock on closing
_guard = threading.Lock()


def take(cluster: Path) -> bool:
    """Say that this process uses the cluster; False while its server is going down."""
    with _guard:
        handle, count = _held.get(cluster, (-1, 0))
        if not count:
            handle = os.open(cluster / FILE, os.O_RDWR)
            try:
                fcntl.lockf(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                os.close(handle)
                return False
        _held[cluster] = handle, count + 1
        return True


def drop(cluster: Path) -> None:
    """Say that this part of the process no longer does."""
    with _guard:
        handle, count = _held.pop(cluster)
        if count > 1:
            _held[cluster] = handle, count - 1
        else:
            os.close(handle)
