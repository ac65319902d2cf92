"""Rich text: HTML made safe to show, Markdown made HTML, HTML made plain text.

Everything written by people outside the house goes through here before it reaches a page or a
mail. Nothing here raises on hostile input, and the time taken stays proportional to the size:
markup built to explode is reduced to its text.
"""

import html as html_entities
import re
from collections.abc import Mapping
from functools import cache
from typing import Final

import nh3
from markdown_it import MarkdownIt

from atalaya.kernel.html_text import plain_text
from atalaya.kernel.text import clean

MAX_HTML_CHARS: Final = 2_000_000
"""Longer markup is cut here before it is made safe (characters)."""

_MAX_NESTING: Final = 1_000
_MAX_COPIED_CHARS: Final = 20_000_000
"""An unclosed formatting tag is repeated by HTML parsers in every later block; this bounds it."""

_TAGS: Final = (nh3.ALLOWED_TAGS - {"area", "map", "bdi", "bdo", "acronym"}) | {"u", "section"}
_DROPPED_WITH_CONTENT: Final = frozenset(
    "script style title template noscript iframe object embed applet svg math".split()  # noqa: SIM905 - one line reads better than twelve
)
_ATTRIBUTES: Final[Mapping[str, set[str]]] = {
    "*": {"dir", "lang", "title"},
    "a": {"href", "name"},
    "blockquote": {"cite", "type"},
    "col": {"span"},
    "colgroup": {"span"},
    "img": {"src", "alt", "width", "height", "data-remote-src"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign", "scope"},
}
_LINK_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_SCHEME: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_REMOTE: Final = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)

# nh3 writes attributes as name="value" with quotes and angle brackets escaped, so its own output
# (never anybody else's markup) may be edited by expression.
_SAFE_IMG: Final = re.compile(r'<img(?: [a-z-]+="[^"]*")*>')
_SAFE_SRC: Final = re.compile(r' src="((?:https?:)?//[^"]*)"', re.IGNORECASE)

_OPENING: Final = re.compile(r"<([A-Za-z][A-Za-z0-9]*)([^>]*)")
_CLOSES_ITSELF: Final = (
    "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|"
    "p|li|td|th|tr|tbody|thead|tfoot|dt|dd|option|html|head|body"
)
_CANNOT_NEST: Final = frozenset(_CLOSES_ITSELF.split("|"))
_FORMATTING: Final = frozenset("a b big code em font i nobr s small strike strong tt u".split())  # noqa: SIM905 - as above
_ATTRS: Final = (
    r"""(?:\s++[^\s<>"'=/]++(?:\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=`]++))?+)*+\s*+/?+"""
)
_HARMLESS: Final = re.compile(
    rf"<(?:{_CLOSES_ITSELF})(?![A-Za-z0-9]){_ATTRS}>|</(?:{_CLOSES_ITSELF})\s*+>|<!--[^<>]*+-->",
    re.IGNORECASE,
)
_LEAF: Final = re.compile(rf"<([a-z][a-z0-9]*+){_ATTRS}>[^<]*+</\1\s*+>", re.IGNORECASE)
_ANY_TAG: Final = re.compile(r"<[^>]*>?")
_RAW_TEXT: Final = re.compile(r"<(/?)(script|style|title|template)\b[^>]*+>?", re.IGNORECASE)
_BLANK_LINES: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")


def sanitise(html: str, *, max_chars: int = MAX_HTML_CHARS) -> str:
    """Make foreign HTML safe to show inside one of our pages.

    Kept: structure, tables, lists, links (with rel) and images. Gone: scripts, styles, forms,
    frames, event handlers, unknown schemes. A remote image keeps its address in
    ``data-remote-src`` and loads only when the reader asks; ``cid:`` images stay as references,
    to be rewritten to the attachment by whoever stores it. Doing it twice changes nothing.

    >>> sanitise('<p onclick="x()">Hi <script>alert(1)</script><b>there</b>')
    '<p>Hi <b>there</b></p>'
    >>> sanitise('<img src="https://example.com/a.png" alt="logo">')
    '<img data-remote-src="https://example.com/a.png" alt="logo">'
    """
    text = clean(html[:max_chars])
    if _would_explode(text):
        return _as_paragraphs(_bare_text(text))
    return _SAFE_IMG.sub(_block_remote, _cleaner().clean(text))


def from_markdown(text: str) -> str:
    """Turn what an agent or a requester wrote in Markdown into safe HTML.

    Line breaks are kept as written, bare addresses become links, raw HTML is shown as text.

    >>> from_markdown("**Done**\\nthank you")
    '<p><strong>Done</strong><br>\\nthank you</p>'
    """
    source = clean(text[:MAX_HTML_CHARS])
    return sanitise(_markdown().render(source)).strip()


def to_text(html: str) -> str:
    """Read HTML as plain text: paragraphs, lists, quotes with ``>``, links with their address.

    >>> to_text("<p>One<br>two</p><blockquote>said</blockquote>")
    'One\\ntwo\\n\\n> said'
    """
    text = clean(plain_text(sanitise(html)))
    return _BLANK_LINES.sub("\n\n", text).strip()


def from_text(text: str) -> str:
    """Show plain text as HTML, its lines and paragraphs kept, nothing interpreted.

    >>> from_text("a < b\\n\\nnext")
    '<p>a &lt; b</p>\\n<p>next</p>'
    """
    return _as_paragraphs(clean(text[:MAX_HTML_CHARS]))


def _allowed_value(tag: str, name: str, value: str) -> str | None:
    if name == "src" and tag == "img":
        return value if _is_image_address(value) else None
    if name == "data-remote-src":
        return value if _REMOTE.match(value) else None
    if name in {"href", "cite"}:
        scheme = _SCHEME.match(value)
        if scheme:
            return value if scheme[1].lower() in _LINK_SCHEMES else None
        return value if _is_local(value) else None
    if name in {"width", "height"}:
        return value if value.isdigit() and len(value) < 5 else None
    return value[:1000]


def _is_image_address(value: str) -> bool:
    scheme = _SCHEME.match(value)
    if scheme:
        return scheme[1].lower() in {"http", "https", "cid"}
    return _REMOTE.match(value) is not None or _is_local(value)


def _is_local(value: str) -> bool:
    return value.startswith("#") or (value.startswith("/") and value[1:2] not in {"/", "\\"})


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_allowed_value,
        link_rel="noopener noreferrer nofollow",
        url_schemes={*_LINK_SCHEMES, "cid"},
    )


def _block_remote(image: re.Match[str]) -> str:
    return _SAFE_SRC.sub(r' data-remote-src="\1"', image[0])


@cache
def _markdown() -> MarkdownIt:
    reader = MarkdownIt(
        "commonmark", {"html": False, "breaks": True, "linkify": True, "maxNesting": 20}
    )
    reader.enable(["table", "strikethrough", "linkify"])
    return reader


def _would_explode(html: str) -> bool:
    """Whether an HTML parser would need time or memory out of proportion to the markup.

    Element pairs that are provably closed where they were opened are taken out round by round;
    what is left over bounds the depth and the formatting that later blocks repeat.
    """
    for _round in range(20):
        if not _is_suspicious(html):
            return False
        shorter = _LEAF.sub(" ", _HARMLESS.sub(" ", html))
        if len(shorter) == len(html):
            break
        html = shorter
    return _is_suspicious(html)


def _is_suspicious(html: str) -> bool:
    total = nested = formatting = 0
    for opening in _OPENING.finditer(html):
        total += 1
        name = opening[1].lower()
        if name in _CANNOT_NEST:
            continue
        nested += 1
        if name in _FORMATTING:
            formatting += len(opening[0])
    return nested > _MAX_NESTING or formatting * total > _MAX_COPIED_CHARS


def _bare_text(html: str) -> str:
    text = html_entities.unescape(_ANY_TAG.sub(" ", _without_raw_text(html)))
    return _BLANK_LINES.sub("\n\n", clean(text)).strip()


def _without_raw_text(html: str) -> str:
    kept, position, inside = [], 0, ""
    for tag in _RAW_TEXT.finditer(html):
        closing, name = tag[1], tag[2].lower()
        if not inside and not closing:
            kept.append(html[position : tag.start()])
            inside = name
        elif closing and inside == name:
            position, inside = tag.end(), ""
    return "".join(kept) + ("" if inside else html[position:])


def _as_paragraphs(text: str) -> str:
    paragraphs = (part.strip("\n") for part in re.split(r"\n[ \t]*\n", text))
    return "\n".join(
        "<p>" + html_entities.escape(part, quote=False).replace("\n", "<br>") + "</p>"
        for part in paragraphs
        if part.strip()
    )
