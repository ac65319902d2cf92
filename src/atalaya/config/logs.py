"""How the desk writes its log: one structured line per event, for a person or for a program."""

from __future__ import annotations

import logging
import logging.config
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

SECRETS = {"password", "token", "secret", "key", "cookie", "authorization", "link", "code"}
# Their own lines say nothing that ours do not.
QUIET = {
    "httpx": "WARNING",
    "httpcore": "WARNING",
    "asyncio": "WARNING",
    "markdown_it": "WARNING",
    "procrastinate": "WARNING",
}


def set_up(*, level: str = "info", form: str = "auto") -> None:
    """Send our events and those of every library through the same line writer, to stderr.

    ``form`` is ``console``, ``json``, or ``auto``: console on a terminal, else json.
    """
    readable = form == "console" or (form == "auto" and sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_secrets,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_standard(shared, level=level, readable=readable))


def _standard(shared: list[Processor], *, level: str, readable: bool) -> dict[str, Any]:
    written: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if readable:
        written.append(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()))
    else:
        written += [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(default=str),
        ]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": written,
            }
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "lines"},
        },
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {name: {"level": quiet} for name, quiet in QUIET.items()},
    }


def without_secrets(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Cover the values of fields that are named like a secret, whoever logged them."""
    for name in event:
        if name.lower() in SECRETS:
            event[name] = "•••"
    return event
