"""Plain text out of HTML that has already been made safe (``richtext.sanitise``).

The input is the canonical form nh3 writes (lower-case tags, quoted attributes, no stray angle
brackets), so one pass over its tokens is enough and the time is proportional to the length.
"""

import html as html_entities
import re
from typing import Final

_TOKENS: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>")
_HREF: Final = re.compile(r' href="([^"]*)"')
_START: Final = re.compile(r' start="(\d{1,6})"')
_SPACES: Final = re.compile(r"[ \t\r\n\f\v]+")

_PARAGRAPHS: Final = frozenset("p h1 h2 h3 h4 h5 h6 blockquote pre table dl figure details".split())  # noqa: SIM905 - one line reads better than twelve
_LINES: Final = frozenset(
    "div li tr dt dd caption summary figcaption section article header footer".split()  # noqa: SIM905 - as above
)
_DEEPEST_QUOTE: Final = 20
_DEEPEST_LIST: Final = 10


def plain_text(safe_html: str) -> str:
    """Write sanitised HTML as text: lines, ``> `` quotes, ``- `` lists, links with their address.

    >>> plain_text('<ul><li>one</li><li>two</li></ul>')
    '- one\\n- two'
    """
    writer = _Writer()
    position = 0
    for token in _TOKENS.finditer(safe_html):
        if token.start() > position:
            writer.text(safe_html[position : token.start()])
        closing, name, attributes = token.groups()
        if closing:
            writer.close(name)
        else:
            writer.open(name, attributes)
        position = token.end()
    writer.text(safe_html[position:])
    return writer.finished()


class _Writer:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._bullet = ""
        self._quotes = 0
        self._preformatted = 0
        self._lists: list[int | None] = []
        self._links: list[tuple[str, int]] = []
        self._blank_due = False

    def text(self, source: str) -> None:
        text = html_entities.unescape(source).replace("\xa0", " ")
        if self._preformatted:
            first, *others = text.split("\n")
            self._add(first)
            for line in others:
                self._break()
                self._add(line)
            return
        text = _SPACES.sub(" ", text)
        if not self._line or self._line[-1].endswith((" ", "\t")):
            text = text.lstrip(" ")
        self._add(text)

    def open(self, name: str, attributes: str) -> None:
        if name == "br":
            self._break(always=True)
        elif name in {"td", "th"}:
            if self._line:
                self._line.append("\t")
        elif name == "hr":
            self._paragraph()
            self._add("-----")
            self._paragraph()
        elif name == "a":
            href = _HREF.search(attributes)
            address = html_entities.unescape(href[1]) if href else ""
            self._links.append((address, len(self._line)))
        else:
            self._open_block(name, attributes)

    def close(self, name: str) -> None:
        if name == "a":
            self._close_link()
        elif name in {"ul", "ol"}:
            if self._lists:
                self._lists.pop()
            self._separate_list()
        elif name in _PARAGRAPHS:
            self._paragraph()
            if name == "blockquote":
                self._quotes = max(0, self._quotes - 1)
            elif name == "pre":
                self._preformatted = max(0, self._preformatted - 1)
        elif name in _LINES:
            self._break()

    def finished(self) -> str:
        self._break()
        return "\n".join(self._lines).strip("\n")

    def _open_block(self, name: str, attributes: str) -> None:
        if name in {"ul", "ol"}:
            self._separate_list()
            start = _START.search(attributes)
            self._lists.append(None if name == "ul" else int(start[1]) if start else 1)
        elif name in _PARAGRAPHS:
            self._paragraph()
            if name == "blockquote":
                self._quotes += 1
            elif name == "pre":
                self._preformatted += 1
        elif name in _LINES:
            self._break()
            if name == "li":
                self._start_item()

    def _start_item(self) -> None:
        number = self._lists[-1] if self._lists else None
        if number is None:
            self._bullet = "- "
        else:
            self._bullet = f"{number}. "
            self._lists[-1] = number + 1

    def _separate_list(self) -> None:
        if self._lists:
            self._break()
        else:
            self._paragraph()

    def _close_link(self) -> None:
        if not self._links:
            return
        address, start = self._links.pop()
        shown = "".join(self._line[start:]).strip()
        bare = address.removeprefix("mailto:").split("?", 1)[0]
        if address.startswith("#") or not bare or bare.rstrip("/") == shown.rstrip("/"):
            return
        if bare.split("://", 1)[-1].strip("/") != shown.strip("/"):
            self._add(f" <{bare}>" if shown else f"<{bare}>")

    def _add(self, text: str) -> None:
        if text:
            self._line.append(text)

    def _paragraph(self) -> None:
        self._break()
        self._blank_due = True

    def _break(self, *, always: bool = False) -> None:
        text = "".join(self._line).rstrip()
        self._line = []
        self._links = [(address, 0) for address, _start in self._links]
        if not text and not always and not (self._preformatted and self._lines):
            return
        quote = "> " * min(self._quotes, _DEEPEST_QUOTE)
        if self._blank_due and self._lines and self._lines[-1].strip("> "):
            shared = min(len(quote), len(self._lines[-1]) - len(self._lines[-1].lstrip("> ")))
            self._lines.append(quote[:shared].rstrip())
        self._blank_due = False
        depth = min(len(self._lists), _DEEPEST_LIST)
        indent = "  " * (depth - 1) if self._bullet else "  " * depth
        self._lines.append(
            (quote + indent + self._bullet + text).rstrip() if text else quote.rstrip()
        )
        if text:
            self._bullet = ""
