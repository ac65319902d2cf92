"""The wording of a message: placeholders filled, Markdown made HTML, one look for every mail."""

from __future__ import annotations

import html as html_entities
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string

from atalaya.engines.channels.ports import SafeHtml, Value
from atalaya.kernel import richtext
from atalaya.kernel.text import one_line

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]{1,40})\}")
_LOCAL: Final = re.compile(r'(<(?:a|img)\b[^>]*? (?:href|src)=")/(?!/)')
# Private-use characters stand for placeholders while Markdown is rendered: what a value says is
# never read as Markdown or as markup.
_OPEN, _CLOSE = "\ue000", "\ue001"
_TOKEN: Final = re.compile(rf"<p>{_OPEN}([a-z_]+){_CLOSE}</p>|{_OPEN}([a-z_]+){_CLOSE}")


@dataclass(frozen=True)
class Composed:
    """A message in one language, ready to be sent."""

    subject: str
    text: str
    html: str


def compose(
    subject: str,
    body: str,
    values: Mapping[str, Value],
    *,
    language: str,
    signature: str = "",
    desk: str = "",
    reason: str = "",
) -> Composed:
    """Fill a message's wording with values. Unknown placeholders stay as they are written."""
    inner = _filled(richtext.from_markdown(_marked(body)), values)
    signed = richtext.from_markdown(signature) if signature.strip() else ""
    inner = _absolute(inner)
    page = render_to_string(
        "channels/mail/message.html",
        {"inner": inner, "signature": signed, "desk": desk, "language": language, "reason": reason},
    )
    text = richtext.to_text(inner)
    if signed:
        text += "\n\n-- \n" + richtext.to_text(signed)
    return Composed(one_line(_plain(subject, values), 300), text + "\n", page)


def placeholders_in(*texts: str) -> set[str]:
    """The placeholders some wording uses, so that a wrong one is found when it is written.

    >>> sorted(placeholders_in("Hello {name}", "{number} {name}"))
    ['name', 'number']
    """
    return {found[1] for text in texts for found in _PLACEHOLDER.finditer(text)}


def _marked(body: str) -> str:
    return _PLACEHOLDER.sub(rf"{_OPEN}\1{_CLOSE}", body.replace(_OPEN, "").replace(_CLOSE, ""))


def _filled(html: str, values: Mapping[str, Value]) -> str:
    def fill(token: re.Match[str]) -> str:
        name = token[1] or token[2]
        value = values.get(name, f"{{{name}}}")
        if isinstance(value, SafeHtml):
            return value.html if token[1] else f"</p>{value.html}<p>"
        shown = html_entities.escape(value).replace("\n", "<br>")
        if value.startswith(("http://", "https://")):
            shown = f'<a href="{html_entities.escape(value)}">{shown}</a>'
        return f"<p>{shown}</p>" if token[1] else shown

    return _TOKEN.sub(fill, html)


def _plain(subject: str, values: Mapping[str, Value]) -> str:
    def fill(found: re.Match[str]) -> str:
        value = values.get(found[1], found[0])
        return richtext.to_text(value.html) if isinstance(value, SafeHtml) else value

    return _PLACEHOLDER.sub(fill, subject)


def _absolute(html: str) -> str:
    """Links into the desk work from a mail program only with its address before them."""
    return _LOCAL.sub(rf"\g<1>{settings.PUBLIC_URL}/", html)
