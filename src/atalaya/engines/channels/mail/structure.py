"""The parts of a mail, cut from its bytes without copying more than needed.

The standard library's parser reads line by line and by recursion; mail built to hurt makes it
slow or makes it raise. This one looks for boundaries, keeps a count, and gives every part its
exact bytes, so that what is stored can be compared with what was sent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from atalaya.engines.channels.mail import charsets, headers
from atalaya.engines.channels.mail.limits import Limits

_HEADER_LINE: Final = re.compile(rb"^([!-9;-~]{1,76})[ \t]*:(.*)$", re.DOTALL)
_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n")
_ENVELOPE: Final = re.compile(rb"^>?From \S")
_ANY_BOUNDARY: Final = re.compile(rb"(?m)^--(\S[^\r\n]{0,120}?)[ \t]*\r?$")


@dataclass
class Part:
    """One part: its header fields in order, and its bytes as they were sent."""

    fields: list[tuple[str, bytes]]
    body: bytes
    depth: int = 0
    children: list["Part"] = field(default_factory=list)

    def __post_init__(self) -> None:
        raw = self.first("content-type")
        self.type, self.parameters = headers.with_parameters(raw or b"")
        main, slash, detail = self.type.partition("/")
        if not (main and slash and detail):
            self.type = "text/plain"
        disposition = self.first("content-disposition") or b""
        self.disposition, self.disposition_parameters = headers.with_parameters(disposition)

    def first(self, name: str) -> bytes | None:
        """The first value of a header field (lower-case name), or None."""
        return next((value for known, value in self.fields if known == name), None)

    def every(self, name: str) -> list[bytes]:
        """Every value of a header field, in order."""
        return [value for known, value in self.fields if known == name]

    def line(self, name: str) -> str:
        """The first value of a header field as clean text, empty if there is none."""
        value = self.first(name)
        return headers.line_of(value) if value is not None else ""

    @property
    def has_declared_type(self) -> bool:
        """Whether the part says what it is."""
        return self.first("content-type") is not None

    @property
    def content(self) -> bytes:
        """The bytes after undoing the transfer encoding."""
        value = self.first("content-transfer-encoding") or b""
        encoding = headers.with_parameters(value)[0].strip()
        return charsets.decode_transfer(self.body, encoding)

    def text(self) -> str:
        """The content as text in its own charset."""
        return charsets.decode(
            self.content, self.parameters.get("charset"), is_html=self.type == "text/html"
        )

    def walk(self) -> Iterator["Part"]:
        """This part and all below it, in the order they are read."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.children))


def parse(raw: bytes, limits: Limits) -> tuple[Part, list[str]]:
    """Cut ``raw`` into parts; the second value names the limits that were reached."""
    if b"\n" not in raw[:8192] and b"\r" in raw[:8192]:
        raw = raw.replace(b"\r", b"\n")
    problems: set[str] = set()
    root = _part(raw, 0, limits)
    waiting, count = [root], 1
    while waiting:
        part = waiting.pop()
        pieces = _pieces(part)
        if not pieces:
            continue
        if part.depth >= limits.depth:
            problems.add("too_deep")
            continue
        for piece in pieces:
            if count >= limits.parts:
                problems.add("too_many_parts")
                break
            part.children.append(_part(piece, part.depth + 1, limits))
            count += 1
        waiting.extend(reversed(part.children))
    return root, sorted(problems)


def read_fields(raw: bytes, limits: Limits) -> tuple[list[tuple[str, bytes]], int]:
    """The header fields at the start of ``raw`` and where the body begins."""
    fields: list[tuple[str, bytes]] = []
    position, end = 0, min(len(raw), limits.header_bytes)
    while position < end and raw[position : position + 1] in {b"\r", b"\n"}:
        position += 1
    if raw.startswith(b"\xef\xbb\xbf", position):
        position += 3
    start = position
    while position < end:
        line, following = _line(raw, position)
        if not line:
            return fields, following
        found = _HEADER_LINE.match(line)
        if line[:1] in b" \t" and fields:
            _continue(fields, line, limits)
        elif found:
            if len(fields) < limits.headers:
                value = found[2][: limits.header_value_bytes].strip()
                fields.append((found[1].decode("ascii").lower(), value))
        elif not (position == start and _ENVELOPE.match(line)):
            # A folded line that lost its indent, or the body without an empty line before it.
            unfinished = fields and fields[-1][1].endswith(b";")
            if not fields or not (unfinished or _looks_like_header(raw, following)):
                return fields, position
            _continue(fields, line, limits)
        position = following
    if position >= limits.header_bytes:
        blank = _BLANK_LINE.search(raw, position)
        position = blank.end() if blank else len(raw)
    return fields, position


def _part(raw: bytes, depth: int, limits: Limits) -> Part:
    fields, start = read_fields(raw, limits)
    return Part(fields, raw[start:], depth)


def _line(raw: bytes, position: int) -> tuple[bytes, int]:
    end = raw.find(b"\n", position)
    if end < 0:
        end = len(raw)
    return raw[position:end].rstrip(b"\r"), end + 1


def _continue(fields: list[tuple[str, bytes]], line: bytes, limits: Limits) -> None:
    name, value = fields[-1]
    if len(value) < limits.header_value_bytes:
        fields[-1] = (name, value + b"\n" + line.strip())


def _looks_like_header(raw: bytes, position: int) -> bool:
    line, _following = _line(raw, position)
    return _HEADER_LINE.match(line) is not None and b" " not in line.partition(b":")[0]


def _pieces(part: Part) -> list[bytes]:
    if part.type.startswith("multipart/"):
        declared = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
        pieces = _between(part.body, declared) if declared else []
        return pieces or _between(part.body, _likely_boundary(part.body))
    if part.type in {"message/rfc822", "message/global", "message/news"}:
        content = part.content.lstrip(b"\r\n")
        return [content] if content else []
    return []


def _between(body: bytes, boundary: bytes) -> list[bytes]:
    """What stands between the boundary lines; a missing last boundary is forgiven."""
    if not boundary:
        return []
    pieces: list[bytes] = []
    start = -1
    for found in re.finditer(rb"(?m)^--%s(--)?[ \t]*\r?$" % re.escape(boundary), body):
        if start >= 0:
            pieces.append(_without_last_break(body[start : found.start()]))
        start = -1 if found[1] else found.end() + 1
        if found[1] and pieces:
            break
    if start >= 0 and body[start:].strip():
        pieces.append(body[start:])
    return pieces


def _without_last_break(piece: bytes) -> bytes:
    if piece.endswith(b"\r\n"):
        return piece[:-2]
    return piece.removesuffix(b"\n")


def _likely_boundary(body: bytes) -> bytes:
    """The boundary a multipart forgot to declare, or declared wrongly."""
    for found in _ANY_BOUNDARY.finditer(body[:65_536]):
        line, _following = _line(body, found.end() + 1)
        if line.lower().startswith(b"content-") or b"\n--" + found[1] + b"--" in body:
            return found[1]
    return b""
