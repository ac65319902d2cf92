"""Run a command against an installed PostgreSQL instead of the embedded one.

    tools/with_postgres.py 15 -- pytest -m 'not browser'

Starts the programs in /usr/lib/postgresql/<version>/bin on a data directory of their own, sets
ATALAYA_TEST_DATABASE_URL for the command, and stops the server when the command has ended. As root
the server runs as the user ``postgres``, which Debian's package creates.
"""

from __future__ import annotations

import argparse
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs(version: str) -> Path:
    """Where Debian puts the programs of a PostgreSQL version."""
    folder = Path("/usr/lib/postgresql") / version / "bin"
    if not (folder / "initdb").exists():
        sys.exit(f"PostgreSQL {version} is not installed: apt-get install postgresql-{version}")
    return folder


@contextmanager
def server(version: str) -> Iterator[str]:
    """Run a server on loopback and give the URL of its first database."""
    bin_folder = programs(version)
    folder = Path(tempfile.mkdtemp(prefix=f"atalaya-pg{version}-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        owner = pwd.getpwnam(user)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data, password, port = folder / "data", secrets.token_hex(16), _free_port()

    def run(*command: str | Path, **options: object) -> None:
        subprocess.run([*command], check=True, user=user, cwd=folder, **options)  # type: ignore[call-overload]  # options are those of run()

    (folder / "password").write_text(password)
    if user:
        os.chown(folder / "password", owner.pw_uid, owner.pw_gid)
    quiet = {"stdout": subprocess.DEVNULL}
    try:
        run(
            *[bin_folder / "initdb", "-D", data, "-U", "atalaya", "-A", "scram-sha-256"],
            *["-E", "UTF8", "--locale=C.UTF-8", f"--pwfile={folder / 'password'}", "--no-sync"],
            **quiet,
        )
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off "
            "-c synchronous_commit=off -c full_page_writes=off -c max_connections=100"
        )
        run(
            *[bin_folder / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options],
            "start",
            **quiet,
        )
        try:
            yield f"postgresql://atalaya:{password}@127.0.0.1:{port}/postgres"
        finally:
            run(bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "stop", **quiet)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> int:
    """Start the server, run the command, and answer with its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("version")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    with server(options.version) as url:
        environment = {**os.environ, "ATALAYA_TEST_DATABASE_URL": url}  # noqa: TID251 - the command's environment is ours and one more
        return subprocess.run(command, check=False, env=environment).returncode


if __name__ == "__main__":
    raise SystemExit(main())
