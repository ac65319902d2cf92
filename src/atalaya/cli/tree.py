"""Which processes a desk consists of, and what must be free before they start."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

from atalaya.cli.django import database
from atalaya.config.environment import Environment, environment
from atalaya.kernel import clock
from atalaya.platform.errors import PlatformError
from atalaya.platform.processes import Child, Supervisor
from atalaya.platform.words import gettext as _

ROLES = ("web", "worker", "mail")


class AlreadyUp(PlatformError):
    """This desk, or this part of it, runs on this machine."""


class PortIsTaken(PlatformError):
    """Another program listens where we should."""


def run(
    roles: Sequence[str],
    *,
    demo: bool = False,
    while_up: Callable[[Supervisor], None] | None = None,
) -> None:
    """Start the chosen roles and return when they have been told to stop.

    Raises AlreadyUp, PortIsTaken and whatever keeps the database from starting.
    """
    found = environment()
    found.places.make()
    with ExitStack() as stack:
        for role in roles:
            stack.enter_context(_only_one(found, role))
        _refuse_taken_ports(found, roles)
        assert found.secret_key  # made now, before several processes want it
        stack.enter_context(database())
        if demo:  # in a process of its own, whose memory is given back
            command = [sys.executable, "-m", "atalaya", "demo", "--if-empty"]
            subprocess.run(command, check=True)  # noqa: S603 - our own program, no shell
        supervisor = Supervisor(children(found, roles), say=_say, note=_note)
        if while_up is not None:
            while_up(supervisor)
        supervisor.run()


def children(found: Environment, roles: Sequence[str]) -> list[Child]:
    """The processes of these roles. The mail listener lives in the worker when both run here."""
    mail = "mail" in roles and found.mail_port != 0
    kept: list[Child] = []
    if "web" in roles:
        kept += [_child(name, "web") for name in _names("web", found.web_processes)]
    if "worker" in roles:
        for name in _names("worker", found.worker_processes):
            kept.append(_child(name, "worker", mail=mail))
            mail = False
    if mail:
        kept.append(_child("mail", "mail"))
    return kept


def _child(name: str, role: str, **options: bool) -> Child:
    given = [f"--{option}" for option, wanted in options.items() if wanted]
    form = "console" if is_readable(environment()) else "json"
    program = [sys.executable, "-m", f"atalaya.cli.serving.{role}"]
    return Child(name, [*program, f"--parent={os.getpid()}", f"--log={form}", *given])


def is_readable(found: Environment) -> bool:
    """Whether the log is for a person, so that lines may carry the name of their process."""
    return found.log_format == "console" or (found.log_format == "auto" and sys.stdout.isatty())


def _say(name: str, line: str) -> None:
    if is_readable(environment()):
        line = f"{name:<8} {line}"
    with suppress(BrokenPipeError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _note(name: str, line: str) -> None:
    if not is_readable(environment()):
        entry = {"event": line, "level": "warning", "logger": __name__, "process": name}
        line = json.dumps({**entry, "timestamp": clock.now().isoformat()})
    _say(name, line)


def _names(role: str, count: int) -> list[str]:
    return [role] if count == 1 else [f"{role}-{number}" for number in range(1, count + 1)]


@contextmanager
def _only_one(found: Environment, role: str) -> Iterator[None]:
    path = found.data / f"up-{role}.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            said = os.read(handle, 200).decode("utf-8", "replace")
            raise AlreadyUp(
                _("This desk is up already (%(role)s, process %(pid)s); its data is in %(data)s."),
                role=role,
                pid=json.loads(said)["pid"] if said else "?",
                data=found.data,
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps({"pid": os.getpid(), "url": found.public_url}).encode(), 0)
        yield
    finally:
        os.close(handle)


def _refuse_taken_ports(found: Environment, roles: Sequence[str]) -> None:
    wanted = []
    if "web" in roles:
        wanted.append((found.host, found.port, "ATALAYA_PORT"))
    if "mail" in roles and found.mail_port:
        wanted.append((found.mail_host, found.mail_port, "ATALAYA_MAIL_PORT"))
    for host, port, variable in wanted:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as test:
            test.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                test.bind((host, port))
            except OSError as problem:
                raise PortIsTaken(
                    _("Port %(port)d of %(host)s cannot be used: %(reason)s. Set %(variable)s."),
                    host=host,
                    port=port,
                    reason=problem.strerror,
                    variable=variable,
                ) from problem
