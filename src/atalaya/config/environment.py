"""Everything that can be set from outside before the desk starts: each variable with its type, its
default and its sentence. What an organisation decides while it runs is a preference instead.

This is the only reader of the process's environment, and it needs no Django.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from atalaya.platform import paths
from atalaya.platform.postgres import addresses
from atalaya.platform.secrets import Secrets
from atalaya.platform.words import gettext as _

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LEVELS = ("debug", "info", "warning", "error")


class EnvironmentIsWrong(Exception):
    """One or more variables cannot be used; the text has a line for each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


# -- how a value is read ------------------------------------------------------------------------


def _text(value: str) -> str:
    return value


def _switch(value: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True}
    known |= {"0": False, "false": False, "no": False, "off": False}
    if value.lower() not in known:
        raise ValueError(_("write 1 or 0"))
    return known[value.lower()]


def _between(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise ValueError(
                _("write a whole number from %(least)d to %(most)d")
                % {"least": least, "most": most}
            )
        return int(value)

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value.lower() not in choices:
            raise ValueError(_("write one of %(choices)s") % {"choices": ", ".join(choices)})
        return value.lower()

    return read


def _folder(value: str) -> Path:
    path = Path(value).expanduser()
    if not path.is_absolute():
        raise ValueError(_("write a path that starts with /"))
    return path


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise ValueError(_("write an address such as https://desk.example.org"))
    return value.rstrip("/")


def _database_address(value: str) -> str:
    if urlsplit(value).scheme not in {"postgres", "postgresql"}:
        raise ValueError(_("write an address such as postgresql://user:password@host/name"))
    return value


def _names(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part, strict=False) for part in _names(value))
    except ValueError:
        raise ValueError(_("write networks such as 10.0.0.0/8, parted by commas")) from None


# -- the variables ------------------------------------------------------------------------------


def variable(
    sentence: str,
    *,
    read: Callable[[str], Any] = _text,
    default: Any = "",
    shown: str | None = None,
    name: str = "",
    secret: bool = False,
) -> Any:
    """Declare a variable. ``shown`` describes a default that depends on the machine; a ``secret``
    may also come from the file named by the variable with ``_FILE`` behind its name."""
    facts = {"sentence": sentence, "read": read, "shown": shown, "name": name, "secret": secret}
    return field(default=default, metadata=facts)


@dataclass(frozen=True)
class Environment:
    """What was set from outside. A field is the variable ``ATALAYA_<FIELD>`` unless it says so."""

    data: Path = variable(  # noqa: RUF009 - declares a field, like dataclasses.field
        "The folder that holds everything the desk keeps. Each desk of a machine has its own.",
        read=_folder,
        default=paths.SYSTEM,
        shown="/var/lib/atalaya as root, else ~/.local/share/atalaya",
    )
    host: str = variable("The address on which the web server listens.", default="127.0.0.1")
    port: int = variable(
        "The port on which the web server listens.", read=_between(1, 65535), default=8000
    )
    url: str = variable(
        "The address under which people reach the desk; it goes into every link that is mailed.",
        read=_web_address,
        shown="http://localhost:<port>",
    )
    largest_request_megabytes: int = variable(
        "The largest request the web server takes, files included, in MB. The limit of one file is "
        "a preference.",
        read=_between(1, 10_000),
        default=200,
    )
    mail_host: str = variable(
        "The address on which the mail listener takes mail for the desk. It never relays.",
        default="127.0.0.1",
    )
    mail_port: int = variable(
        "The port of the mail listener; 0 switches it off.", read=_between(0, 65535), default=2525
    )
    given_database_url: str = variable(
        "Your own PostgreSQL, 15 or newer. Without it the desk runs its embedded one.",
        read=_database_address,
        name="DATABASE_URL",
        shown="the embedded PostgreSQL",
        secret=True,
    )
    database_pool: int = variable(
        "The most connections one process keeps to the database.", read=_between(2, 100), default=8
    )
    given_secret_key: str = variable(
        "Signs sessions and links.", name="ATALAYA_SECRET_KEY", shown="made once", secret=True
    )
    given_field_key: str = variable(
        "Encrypts passwords and tokens of connections; older keys may follow after commas.",
        name="ATALAYA_FIELD_KEY",
        shown="made once",
        secret=True,
    )
    given_mail_key: str = variable(
        "Signs the reply addresses of outgoing mail.",
        name="ATALAYA_MAIL_KEY",
        shown="made once",
        secret=True,
    )
    hosts: tuple[str, ...] = variable(
        "More host names under which the desk answers, parted by commas.",
        read=_names,
        default=(),
    )
    trusted_proxies: tuple[Network, ...] = variable(
        "Networks of the reverse proxies whose X-Forwarded-* headers are believed.",
        read=_networks,
        default=(),
    )
    outgoing_networks: tuple[Network, ...] = variable(
        "Private networks that webhooks, checks and integrations may reach.",
        read=_networks,
        default=(),
    )
    web_processes: int = variable(
        "How many web processes run on this machine.", read=_between(1, 64), default=1
    )
    worker_processes: int = variable(
        "How many worker processes run on this machine.", read=_between(1, 64), default=1
    )
    worker_concurrency: int = variable(
        "How many jobs one worker process works on at once.", read=_between(1, 64), default=4
    )
    log_level: str = variable(
        f"What is worth a line in the log: {', '.join(LEVELS)}.",
        read=_one_of(*LEVELS),
        default="info",
    )
    log_format: str = variable(
        "How log lines look: console, json, or auto (console on a terminal).",
        read=_one_of("auto", "console", "json"),
        default="auto",
    )
    debug: bool = variable(
        "Shows errors in the browser. For developing only.", read=_switch, default=False
    )

    # -- what follows from them ---------------------------------------------------------------

    @property
    def places(self) -> paths.Places:
        """The rooms of the data folder."""
        return paths.Places(self.data)

    @property
    def database_is_embedded(self) -> bool:
        """Whether the desk runs its own PostgreSQL."""
        return not self.given_database_url

    @property
    def database_url(self) -> str:
        """The database to use: the given one, else the embedded one of this data folder."""
        return self.given_database_url or addresses.url(self.places.database)

    @cached_property
    def secrets(self) -> Secrets:
        """The secrets, made when first asked for."""
        return Secrets(
            self.places.secrets,
            given_secret_key=self.given_secret_key,
            given_field_key=self.given_field_key,
            given_mail_key=self.given_mail_key,
        )

    @property
    def secret_key(self) -> str:
        """Signs sessions and links."""
        return self.secrets.secret_key

    @property
    def public_url(self) -> str:
        """The address under which people reach the desk, without a slash at its end."""
        if self.url:
            return self.url
        anywhere = self.host in {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::"}  # noqa: S104 - compared, not bound
        name = "localhost" if anywhere else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether people reach the desk by HTTPS."""
        return self.public_url.startswith("https://")

    @property
    def allowed_hosts(self) -> list[str]:
        """The host names under which the desk answers.

        A desk without a public address answers to the names of this machine it can know.
        """
        own = ["localhost", "127.0.0.1", "[::1]"]
        if not self.url and self.host not in {"127.0.0.1", "::1", "localhost"}:
            own.append("*" if self.host in {"0.0.0.0", "::"} else self.host)  # noqa: S104 - compared, not bound
        public = urlsplit(self.public_url).hostname or "localhost"
        return list(dict.fromkeys([public, *self.hosts, *own]))

    @property
    def trusted_origins(self) -> list[str]:
        """Where forms may be sent from, besides the address of the request itself."""
        return [self.public_url]

    @classmethod
    def read(cls, source: Mapping[str, str]) -> Environment:
        """Read and check ``source``; every wrong variable is named at once.

        Raises EnvironmentIsWrong.
        """
        problems = [_unknown(name) for name in sorted(source) if not _is_known(name)]
        values: dict[str, Any] = {"data": _default_data(source)}
        for declared in variables():
            try:
                given = _given(declared, source)
                if given:
                    values[declared.attribute] = declared.read(given)
            except (ValueError, OSError) as problem:
                problems.append(f"{declared.name}: {problem}")
        if problems:
            raise EnvironmentIsWrong(problems)
        return cls(**values)


@dataclass(frozen=True)
class Variable:
    """A declared variable, for reading it and for describing it."""

    name: str
    attribute: str
    sentence: str
    read: Callable[[str], Any]
    default: str
    secret: bool


@cache
def variables() -> tuple[Variable, ...]:
    """Every variable there is, in the order in which it is explained."""
    return tuple(
        Variable(
            name=each.metadata["name"] or f"ATALAYA_{each.name.upper()}",
            attribute=each.name,
            sentence=each.metadata["sentence"],
            read=each.metadata["read"],
            default=each.metadata["shown"] or _shown(each.default),
            secret=each.metadata["secret"],
        )
        for each in fields(Environment)
    )


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "1" if default else "0"
    return "none" if default in ("", ()) else str(default)


def _known_names() -> list[str]:
    names = [declared.name for declared in variables()]
    return names + [f"{declared.name}_FILE" for declared in variables() if declared.secret]


def _is_known(name: str) -> bool:
    return not name.startswith("ATALAYA_") or name in _known_names()


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, _known_names(), n=1, cutoff=0.6)
    if near:
        return _("%(name)s is not a variable of Atalaya. Did you mean %(nearest)s?") % {
            "name": name,
            "nearest": near[0],
        }
    return _("%(name)s is not a variable of Atalaya; docs/run/configuration.md lists them.") % {
        "name": name
    }


def _given(declared: Variable, source: Mapping[str, str]) -> str:
    value = source.get(declared.name, "").strip()
    file = source.get(f"{declared.name}_FILE", "").strip() if declared.secret else ""
    if value and file:
        raise ValueError(
            _("set either it or %(file)s, not both") % {"file": f"{declared.name}_FILE"}
        )
    return Path(file).read_text("utf-8").strip() if file else value


def _default_data(source: Mapping[str, str]) -> Path:
    shared = source.get("XDG_DATA_HOME", "")
    home = Path(source["HOME"]) if source.get("HOME") else Path.home()
    return paths.default_data(
        home=home, shared_data=Path(shared) if shared.startswith("/") else None
    )


@cache
def environment() -> Environment:
    """What was set for this process, read once.

    Raises EnvironmentIsWrong.
    """
    return Environment.read(os.environ)  # noqa: TID251 - the one place that may


def as_markdown() -> str:
    """The reference of every variable, for ``docs/run/configuration.md``."""
    lines = [
        "# Configuration",
        "",
        "Atalaya needs no settings to start. These environment variables change how a desk is run;",
        "what an organisation decides (mailboxes, teams, calendars …) is set on its pages instead.",
        "A misspelt `ATALAYA_…` variable stops the start with a message, so nothing is ignored.",
        "",
        "| variable | default | what it does |",
        "|---|---|---|",
    ]
    for declared in variables():
        name = f"`{declared.name}`"
        if declared.secret:
            name += f" or `{declared.name}_FILE`"
        lines.append(f"| {name} | {declared.default} | {declared.sentence} |")
    lines += [
        "",
        "The variables with `_FILE` name a file that holds the value, as container platforms pass",
        "secrets. Secrets nobody gives are made at the first start, in the folder `secrets` of the",
        "data folder, readable by its owner only. Back them up: `atalaya backup` does.",
        "",
        "Several desks run side by side on one machine: give each its own `ATALAYA_DATA`,",
        "`ATALAYA_PORT` and `ATALAYA_MAIL_PORT`.",
        "",
    ]
    return "\n".join(lines)
