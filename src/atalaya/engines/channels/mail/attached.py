"""The files that come with a mail: their names made harmless, their bytes left alone."""

import hashlib
import re
from base64 import b64decode
from binascii import Error as BadBase64
from dataclasses import dataclass, replace
from typing import Final

from atalaya.engines.channels.mail import headers
from atalaya.engines.channels.mail.limits import Limits
from atalaya.engines.channels.mail.structure import Part
from atalaya.kernel.text import clean, one_line

_PATH: Final = re.compile(r"^.*[/\\]")
_FORBIDDEN_IN_NAMES: Final = re.compile(r'[<>:"|?*\x00-\x1f]')
_DATA_IMAGE: Final = re.compile(
    r"""(<img\b[^>]{0,2000}?\bsrc\s*=\s*["']?)data:(image/(?:png|jpeg|gif|webp));base64,"""
    r"""([A-Za-z0-9+/=\s%]*+)""",
    re.IGNORECASE,
)
_EXTENSIONS: Final = {
    "application/ics": ".ics",
    "application/ms-tnef": ".dat",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
}


@dataclass(frozen=True)
class Attachment:
    """A file that came with the mail; ``content_id`` is what ``cid:`` references name."""

    filename: str
    content_type: str
    content: bytes
    inline: bool
    content_id: str = ""

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """Digest of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def add(part: Part, attachments: list[Attachment], problems: list[str], limits: Limits) -> None:
    content = part.body if part.type == "message/rfc822" and part.children else part.content
    if part.type == "text/rfc822-headers" and not declared_name(part):
        return
    if not content.strip() and not declared_name(part):
        return
    if len(attachments) >= limits.attachments:
        if "too_many_attachments" not in problems:
            problems.append("too_many_attachments")
        return
    content_id = headers.ids(part.first("content-id") or b"")
    identifier = content_id[0] if content_id else part.line("content-id").strip("<> ")
    is_inline = part.disposition == "inline" or (
        part.disposition != "attachment" and bool(identifier) and part.type.startswith("image/")
    )
    attachments.append(
        Attachment(
            filename=_filename(part, len(attachments) + 1),
            content_type=one_line(part.type, 127),
            content=content,
            inline=is_inline,
            content_id=identifier,
        )
    )


def declared_name(part: Part) -> str:
    """The file name a part gives itself, empty if none."""
    return part.disposition_parameters.get("filename") or part.parameters.get("name") or ""


def _filename(part: Part, number: int) -> str:
    name = declared_name(part)
    if not name and part.type == "message/rfc822" and part.children:
        name = part.children[0].line("subject")[:120] or "message"
        name = name.replace("/", "-").replace("\\", "-") + ".eml"
    name = _FORBIDDEN_IN_NAMES.sub("_", _PATH.sub("", one_line(clean(name), 4_000))).strip(". ")
    if not name:
        name = f"attachment-{number}{_EXTENSIONS.get(part.type, '')}"
    if len(name) > 200:
        stem, dot, extension = name.rpartition(".")
        short = dot and len(extension) < 12
        name = f"{stem[: 190 - len(extension)]}.{extension}" if short else name[:200]
    return name


def data_images(html: str, attachments: list[Attachment]) -> str:
    """Pictures written into the markup become inline attachments, which the page can show."""

    def attach(image: re.Match[str]) -> str:
        try:
            content = b64decode(re.sub(r"%0A|%0D|\s", "", image[3]))
        except (BadBase64, ValueError):
            return image[1]
        number = len(attachments) + 1
        content_id = f"data-{number}@inline"
        name = f"image-{number}{_EXTENSIONS[image[2].lower()]}"
        attachments.append(
            Attachment(name, image[2].lower(), content, inline=True, content_id=content_id)
        )
        return f"{image[1]}cid:{content_id}"

    return _DATA_IMAGE.sub(attach, html) if "base64," in html else html


def in_its_place(part: Attachment, html: str) -> Attachment:
    """A picture the text shows is inline whatever its sender declared."""
    shown = bool(part.content_id) and f"cid:{part.content_id}" in html
    return replace(part, inline=True) if shown and not part.inline else part
