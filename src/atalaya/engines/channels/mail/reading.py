"""One mail, understood: who, when, what was said, what is attached, what kind of mail it is.

``read`` takes the raw bytes and never raises: what cannot be understood is left out, what is too
much is cut, and ``problems`` names which limit or defect it was. The raw message stays the truth.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from atalaya.engines.channels.mail import (
    attached,
    bounces,
    flowed,
    headers,
    kinds,
    quoting,
    structure,
)
from atalaya.engines.channels.mail.attached import Attachment
from atalaya.engines.channels.mail.bounces import Bounce
from atalaya.engines.channels.mail.headers import Address
from atalaya.engines.channels.mail.limits import DEFAULT_LIMITS, Limits
from atalaya.engines.channels.mail.structure import Part
from atalaya.kernel import richtext

_NOT_SHOWN: Final = frozenset(
    ["message/delivery-status", "message/feedback-report", "message/disposition-notification"]
)


@dataclass(frozen=True)
class Mail:
    """What a mail says. Texts are clean Unicode; ``html`` is safe to show."""

    sender: list[Address]
    to: list[Address]
    cc: list[Address]
    reply_to: list[Address]
    subject: str
    date: dt.datetime | None
    message_id: str
    in_reply_to: list[str]
    references: list[str]
    text: str
    html: str
    reply_text: str
    reply_html: str
    """What is new, safe to show."""
    folded_html: str
    """What was quoted and signed, safe to show; empty where nothing was cut."""
    attachments: list[Attachment]
    kind: str
    bounces: list[Bounce]
    fields: list[tuple[str, str]]
    """Every header field, decoded, in order: for filters and for the original view."""
    problems: list[str] = field(default_factory=list)

    def every(self, name: str) -> list[str]:
        """The decoded values of a header field (lower-case name)."""
        return [value for known, value in self.fields if known == name]


@dataclass
class _Bodies:
    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    has_html: bool = False


def read(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Mail:
    """Understand a raw message (RFC 5322 and what is sent in its place)."""
    root, problems = structure.parse(raw, limits)
    bodies, attachments = _Bodies(), list[Attachment]()
    _collect(root, bodies, attachments, problems, limits)
    text, html = _joined(bodies, attachments, limits)
    safe = richtext.sanitise(html, max_chars=limits.html_chars) if html else ""
    new = quoting.split_html(html, text) if html else quoting.split_text(text)
    subject = root.line("subject")
    fields = [(name, headers.line_of(value, 4_000)) for name, value in root.fields]
    found = bounces.find(root, text, limits)
    return Mail(
        sender=headers.addresses(root.every("from"), limit=20),
        to=headers.addresses(root.every("to"), limit=limits.recipients),
        cc=headers.addresses(root.every("cc"), limit=limits.recipients),
        reply_to=headers.addresses(root.every("reply-to"), limit=20),
        subject=subject,
        date=_date(root),
        message_id=(headers.ids(root.first("message-id") or b"") or [""])[0],
        in_reply_to=headers.ids(root.first("in-reply-to") or b"", limit=limits.references),
        references=headers.ids(b" ".join(root.every("references")), limit=limits.references),
        text=text,
        html=safe,
        reply_text=new.text,
        reply_html=new.html,
        folded_html=new.folded,
        attachments=[attached.in_its_place(part, html) for part in attachments],
        kind=kinds.kind_of(root, subject=subject, text=text, bounces=found),
        bounces=found,
        fields=fields,
        problems=problems,
    )


def _collect(
    part: Part, bodies: _Bodies, attachments: list[Attachment], problems: list[str], limits: Limits
) -> None:
    if part.type == "multipart/alternative" and part.children:
        _collect_alternative(part, bodies, attachments, problems, limits)
    elif part.type.startswith("multipart/") and part.children:
        for child in part.children:
            _collect(child, bodies, attachments, problems, limits)
    elif _is_shown(part):
        text = _limited(part.text(), limits, problems)
        if part.type == "text/html":
            bodies.has_html = True
            bodies.htmls.append(text)
            bodies.texts.append(richtext.to_text(text))
        else:
            text = flowed.unwrap(text, part.parameters)
            bodies.texts.append(text)
            bodies.htmls.append(richtext.from_text(text))
    elif part.type not in _NOT_SHOWN:
        attached.add(part, attachments, problems, limits)


def _collect_alternative(
    part: Part, bodies: _Bodies, attachments: list[Attachment], problems: list[str], limits: Limits
) -> None:
    """Of several versions of the same words, the last plain one and the last HTML one."""
    plain, rich = _Bodies(), _Bodies()
    for child in part.children:
        version = _Bodies()
        _collect(child, version, attachments, problems, limits)
        if version.has_html:
            rich = version
        elif child.type == "text/plain" or not plain.texts:
            plain = version if any(text.strip() for text in version.texts) else plain
    chosen_texts = plain.texts or rich.texts
    bodies.texts.extend(chosen_texts)
    bodies.htmls.extend(rich.htmls or plain.htmls)
    bodies.has_html = bodies.has_html or rich.has_html


def _is_shown(part: Part) -> bool:
    if part.type.startswith("multipart/"):
        return True  # none of its parts could be told apart: its text is better than nothing
    if part.type not in {"text/plain", "text/html", "text/enriched", "text/markdown"}:
        return False
    return part.disposition != "attachment" and not attached.declared_name(part)


def _joined(bodies: _Bodies, attachments: list[Attachment], limits: Limits) -> tuple[str, str]:
    text = "\n\n".join(part.strip("\n") for part in bodies.texts if part.strip())
    if not bodies.has_html:
        return text[: limits.text_chars].strip("\n"), ""
    html = "\n<hr>\n".join(part for part in bodies.htmls if part.strip())
    return text[: limits.text_chars].strip("\n"), attached.data_images(html, attachments)


def _limited(text: str, limits: Limits, problems: list[str]) -> str:
    if len(text) > limits.text_chars and "text_cut" not in problems:
        problems.append("text_cut")
    return text[: max(limits.text_chars, limits.html_chars)]


def _date(root: Part) -> dt.datetime | None:
    value = root.first("date")
    return headers.instant(value) if value is not None else None
