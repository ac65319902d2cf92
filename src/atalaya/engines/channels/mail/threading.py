"""Which conversation a mail belongs to: by its ids, by the address it came to, by its subject.

The reply address carries the number of the work item and a signature, ``ticket+1234.k7w2…@``:
whoever writes to it proves that he was given it. A number in the subject proves nothing and is
believed only for people who already take part.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from atalaya.engines.channels.mail.headers import Address
from atalaya.kernel.ids import signature, signed_by

_SIGNED: Final = re.compile(r"^(?P<box>.+)\+(?P<number>\d{1,12})\.(?P<sign>[a-z2-7]{16})$")
_IN_SUBJECT: Final = re.compile(r"(?:\[|\(|#|\b)\s*#?(?P<prefix>[A-Z]{2,4})-(?P<number>\d{1,12})\b")
_PREFIXED: Final = re.compile(
    r"^\s*(?:(?:re|rv|aw|sv|fwd?|rif|tr|wg|vs|enc|res)\s*(?:\[\d+\]|\(\d+\))?\s*:\s*)+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reference:
    """A work item that a mail names; ``signed`` when the address it was sent to proves it."""

    number: int
    signed: bool
    prefix: str = ""


def signed_address(address: str, number: int, key: bytes) -> str:
    """The address answers about one work item go to.

    >>> signed_address("help@example.com", 12, b"secret")
    'help+12.apvntxhjnakl6yo2@example.com'
    """
    local, _at, domain = address.rpartition("@")
    sign = signature(key, "reply", number)
    return f"{local}+{number}.{sign}@{domain}"


def signed_reference(addresses: Iterable[str], key: bytes) -> Reference | None:
    """The work item named by the first address whose signature is true."""
    for address in addresses:
        found = _SIGNED.match(address.rpartition("@")[0].lower())
        if found is None:
            continue
        number = int(found["number"])
        if signed_by(key, found["sign"], "reply", number):
            return Reference(number, signed=True)
    return None


def unsigned(address: str) -> str:
    """The mailbox behind a signed (or otherwise extended) address.

    >>> unsigned("help+12.abc@example.com")
    'help@example.com'
    """
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}".lower()


def named_in_subject(subject: str) -> Reference | None:
    """The work item whose number stands in the subject, such as ``[INC-1234]``."""
    found = _IN_SUBJECT.search(subject)
    if found is None:
        return None
    return Reference(int(found["number"]), signed=False, prefix=found["prefix"])


def bare_subject(subject: str) -> str:
    """A subject without the marks of answering and passing on.

    >>> bare_subject("Re: RV: Impresora")
    'Impresora'
    """
    return _PREFIXED.sub("", subject).strip()


def ancestors(in_reply_to: list[str], references: list[str]) -> list[str]:
    """The message ids a mail answers, the nearest first."""
    return list(dict.fromkeys([*in_reply_to, *reversed(references)]))


def content_digest(raw: bytes) -> str:
    """What makes two copies of a mail the same: all but the lines added under way.

    Trace fields differ between two deliveries of one message, its other fields and its body do not.
    """
    head, _separator, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    kept = []
    keeping = True
    for line in head.split(b"\n"):
        if line[:1] not in b" \t":
            keeping = line.split(b":", 1)[0].strip().lower() not in _TRACE
        if keeping:
            kept.append(line.rstrip())
    digest = hashlib.sha256(b"\n".join(kept))
    digest.update(b"\n\n" + body.rstrip())
    return digest.hexdigest()


def people(*lists: list[Address]) -> list[Address]:
    """Every address of these lists once, in order."""
    return list({address.address.lower(): address for each in lists for address in each}.values())


_TRACE: Final = frozenset(
    [
        b"received", b"return-path", b"delivered-to", b"x-original-to", b"envelope-to",
        b"delivery-date", b"authentication-results", b"arc-seal", b"arc-message-signature",
        b"arc-authentication-results", b"received-spf", b"x-received", b"x-envelope-from",
        b"x-envelope-to", b"x-spam-status", b"x-spam-level", b"x-spam-score", b"status",
        b"x-status", b"x-uid", b"x-google-smtp-source", b"x-forwarded-to", b"x-forwarded-for",
    ]
)  # fmt: skip
