"""How much of a mail is looked at. What is beyond a limit is kept in the raw message."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of one reading. Sizes in bytes for raw parts, in characters for text."""

    parts: int = 400
    depth: int = 40
    headers: int = 2_000
    header_bytes: int = 512_000
    header_value_bytes: int = 64_000
    recipients: int = 1_000
    references: int = 100
    text_chars: int = 1_000_000
    html_chars: int = 2_000_000
    attachments: int = 250
    bounces: int = 1_000


DEFAULT_LIMITS = Limits()
