"""What the embedded PostgreSQL is told: sized so that a whole idle desk stays below 400 MB."""

from __future__ import annotations

import os

from atalaya.platform.postgres.accounts import Account
from atalaya.platform.postgres.addresses import DATABASE, ROLE

OWN = "custom.conf"


def machine_memory() -> int:
    """The machine's memory in megabytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20


def shared_buffers(memory: int) -> int:
    """Megabytes of PostgreSQL's own cache for a machine with ``memory`` megabytes.

    The system's cache does most of the work, so it stays small.

    >>> [shared_buffers(megabytes) for megabytes in (1024, 4096, 8192, 65536)]
    [32, 64, 128, 128]
    """
    return min(128, max(32, memory // 64))


def configuration(socket: str, *, durable: bool, memory: int) -> str:
    """The text of ``postgresql.conf``."""
    settings: dict[str, str | int] = {
        # Only the socket: no port to collide, nothing to reach from outside (ADR 2).
        "listen_addresses": "''",
        "unix_socket_directories": _quoted(socket),
        "unix_socket_permissions": "0700",
        "max_connections": 100,
        "shared_buffers": f"{shared_buffers(memory)}MB",
        "effective_cache_size": f"{max(128, memory // 2)}MB",
        "work_mem": "8MB",
        "maintenance_work_mem": "64MB",
        "huge_pages": "off",
        "jit": "off",
        "io_method": "sync",  # three processes fewer; the system reads ahead
        "random_page_cost": "1.1",
        "wal_level": "minimal",  # copies are made with pg_dump, see atalaya backup
        "max_wal_senders": 0,
        "max_logical_replication_workers": 0,  # one process fewer
        "min_wal_size": "80MB",
        "max_wal_size": "1GB",
        "default_text_search_config": "'pg_catalog.simple'",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_line_prefix": "'%m [%p] %q%a '",
        "log_min_duration_statement": "2s",
        "log_lock_waits": "on",
        "log_temp_files": "32MB",
    }
    if durable:
        settings |= {
            "logging_collector": "on",
            "log_directory": "'../log'",
            "log_filename": "'postgresql-%a.log'",  # a week, each day written over
            "log_truncate_on_rotation": "on",
            "log_rotation_age": "1d",
            "log_rotation_size": 0,
        }
    else:
        settings |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "log_checkpoints": "off",
        }
    lines = [f"{name} = {value}" for name, value in settings.items()]
    note = (
        f"# Written by Atalaya at every start. Your own settings go into {OWN}, beside this file."
    )
    return "\n".join([note, *lines, f"include_if_exists '{OWN}'", ""])


def who_may_connect() -> str:
    """The text of ``pg_hba.conf``: whoever the kernel says is one of us; no passwords."""
    return "# Written by Atalaya at every start (ADR 2).\nlocal all all peer map=desk\n"


def who_is_who(server: Account, owner: Account) -> str:
    """The text of ``pg_ident.conf``: which users of the system may be which role."""
    names = dict.fromkeys([server.name, owner.name, "root"])
    pairs = [f"desk {_quoted_ident(name)} {role}" for name in names for role in (ROLE, "postgres")]
    return "\n".join(["# Written by Atalaya at every start (ADR 2).", *pairs, ""])


def first_words() -> str:
    """What a new cluster is told, one statement a line: the desk's role owns its database."""
    role = f"CREATE ROLE {ROLE} LOGIN CREATEDB;"
    database = f"CREATE DATABASE {DATABASE} OWNER {ROLE} TEMPLATE template0;"
    return "\n".join([role, database, ""])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted_ident(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
