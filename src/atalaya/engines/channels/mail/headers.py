"""Header fields as people meant them: encoded words, addresses, dates, ids, parameters."""

import datetime as dt
import re
from binascii import a2b_qp
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import getaddresses, parsedate_to_datetime
from typing import Final
from urllib.parse import unquote_to_bytes

from atalaya.engines.channels.mail import charsets
from atalaya.kernel.text import one_line

_ENCODED_WORD: Final = re.compile(
    rb"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?(.*?)\?=", re.DOTALL
)
_FOLD: Final = re.compile(rb"\r?\n[ \t]*|[\r\n]+")
_COMMENT: Final = re.compile(r"\([^()]{0,200}\)")
_PARAMETER: Final = re.compile(
    rb";\s*+([A-Za-z0-9!#$&+^_.{}~-]{1,40}+)(?:\*(\d{1,3}))?(\*)?\s*+=\s*+"
    rb'(?:"((?:[^"\\]++|\\.)*+)"?+|([^;]*+))',
    re.DOTALL,
)
_MESSAGE_ID: Final = re.compile(r"<\s*([^<>\s]{1,998})\s*>")
_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;:\"\\@]+@[^\s<>()\[\],;:\"\\@]+")
_ISO_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)\s*(Z|[+-]\d\d:?\d\d)?")
_ZONE: Final = re.compile(r"([+-]\d{2}):(\d{2})\b")
_EARLIEST: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Address:
    """One address, lower-cased in its domain only, with the name written beside it."""

    address: str
    name: str = ""


def unfold(value: bytes) -> bytes:
    """A header value on one line."""
    return _FOLD.sub(b" ", value).strip()


def words(value: bytes) -> str:
    """Read a header value: encoded words of any charset, raw eight-bit text, or both.

    >>> words(b"=?utf-8?Q?Impresora_?= =?utf-8?B?cm90YQ==?=")
    'Impresora rota'
    """
    text: list[str] = []
    pending, pending_charset = b"", ""
    position = 0
    line = unfold(value)
    for found in _ENCODED_WORD.finditer(line):
        between = line[position : found.start()]
        charset, data = found[1].decode("ascii", "replace").lower(), _word_bytes(found)
        if pending and not between.strip() and charset == pending_charset:
            # A character may be cut in two by the border between words.
            pending += data
        else:
            text.append(charsets.decode(pending, pending_charset) if pending else "")
            if between.strip() or not position:
                text.append(charsets.decode(between, "utf-8"))
            pending, pending_charset = data, charset
        position = found.end()
    text.append(charsets.decode(pending, pending_charset) if pending else "")
    text.append(charsets.decode(line[position:], "utf-8") if line[position:] else "")
    return "".join(text)


def line_of(value: bytes, limit: int = 998) -> str:
    """A header value as one clean line, without direction marks and control characters."""
    return one_line(words(value), limit)


def addresses(values: Iterable[bytes], *, limit: int = 1_000) -> list[Address]:
    """Every mailbox in these header fields, in order; groups are opened, junk is left out."""
    found: list[Address] = []
    for value in values:
        line = charsets.decode(unfold(value), "utf-8")
        # Names are decoded after the structure is read: an encoded comma separates nothing.
        for name, address in _pairs(line):
            mailbox = _mailbox(address) or _mailbox(name)
            if mailbox is not None and len(found) < limit:
                shown = line_of(name.encode("utf-8", "replace"), 255).strip("'\" ")
                found.append(Address(mailbox, "" if shown == mailbox else shown))
    return found


def instant(value: bytes) -> dt.datetime | None:
    """When a Date field says it was, with its zone; None where that cannot be told."""
    text = one_line(charsets.decode(unfold(value), "us-ascii"), 200)
    cleaned = _ZONE.sub(r"\1\2", _COMMENT.sub(" ", text)).strip()
    for source in (cleaned, cleaned.split(" + ")[0]):
        try:
            moment = parsedate_to_datetime(source)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return _plausible(moment)
    iso = _ISO_DATE.search(text)
    if iso is not None:
        try:
            moment = dt.datetime.fromisoformat(f"{iso[1]}T{iso[2]}{iso[3] or ''}")
        except ValueError:
            return None
        return _plausible(moment)
    return None


def ids(value: bytes, *, limit: int = 100) -> list[str]:
    """The message ids in a Message-ID, In-Reply-To or References field, without brackets."""
    text = one_line(charsets.decode(unfold(value), "us-ascii"), 64_000)
    found = _MESSAGE_ID.findall(text)
    if not found:
        found = [word.strip("<>,;\"'") for word in text.split() if "@" in word and len(word) < 998]
    return list(dict.fromkeys(word for word in found if word))[-limit:]


def with_parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """A field such as Content-Type: its first word in lower case and its parameters decoded.

    >>> with_parameters(b"text/plain; charset=utf-8; name*0*=UTF-8''ma%C3%B1; name*1=ana")
    ('text/plain', {'charset': 'utf-8', 'name': 'mañana'})
    """
    line = unfold(value)
    first, _semicolon, _rest = line.partition(b";")
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for match in _PARAMETER.finditer(line[len(first) :]):
        name = match[1].decode("ascii").lower()
        data = re.sub(rb"\\(.)", rb"\1", match[4]) if match[4] is not None else match[5].strip()
        encoded = match[3] is not None
        pieces.setdefault(name, {}).setdefault(int(match[2] or 0), (data, encoded))
    main = first.decode("ascii", "replace").strip().strip("\"'").lower()
    return main, {name: _assembled(found) for name, found in pieces.items()}


def _word_bytes(word: re.Match[bytes]) -> bytes:
    if word[2] in b"bB":
        return charsets.from_base64(word[3])
    return a2b_qp(word[3], header=True)


def _assembled(pieces: dict[int, tuple[bytes, bool]]) -> str:
    charset, data, any_encoded = "", b"", False
    for index in sorted(pieces):
        part, encoded = pieces[index]
        if encoded:
            if not any_encoded and part.count(b"'") >= 2:
                declared, _language, part = part.split(b"'", 2)
                charset = declared.decode("ascii", "replace")
            any_encoded = True
            part = unquote_to_bytes(part)
        data += part
    if any_encoded:
        return charsets.decode(data, charset or "utf-8")
    return words(data)


def _pairs(line: str) -> list[tuple[str, str]]:
    if line.count("(") > 20 or line.count('"') > 4_000:
        # getaddresses() reads nested comments by recursion.
        return [("", match) for match in _ADDRESS.findall(line)]
    try:
        pairs = getaddresses([line])
    except (IndexError, ValueError, RecursionError):
        pairs = []
    if not any("@" in address for _name, address in pairs):
        pairs = [("", match) for match in _ADDRESS.findall(line)]
    return pairs


def _mailbox(text: str) -> str | None:
    text = text.strip().strip("<>'\"").replace(" ", "")
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain or len(text) > 320:
        found = _ADDRESS.search(text)
        if found is None or len(found[0]) > 320:
            return None
        local, _at, domain = found[0].rpartition("@")
    domain = domain.rstrip(".").lower()
    if not domain or any(c.isspace() or c in "<>,;" for c in domain):
        return None
    return one_line(f"{local}@{domain}", 320)


def _plausible(moment: dt.datetime) -> dt.datetime | None:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    try:
        return moment if moment.astimezone(dt.UTC) >= _EARLIEST else None
    except (OverflowError, ValueError):
        return None
