"""File names made safe for every system, and types told from content."""

from __future__ import annotations

import mimetypes
import re

from atalaya.kernel.text import one_line

LONGEST = 150  # characters, extension included
UNKNOWN = "application/octet-stream"
_RESERVED = re.compile(r'[<>:"/\\|?*]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
HEAD = 512  # bytes of content that are looked at

# Only these are ever shown inside a page: raster formats that run nothing.
SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp")
# A browser might run these; they leave as bytes without a type.
_ACTIVE = re.compile(r"text/html|xhtml|xml|svg|javascript|ecmascript|x-shockwave|hta|x-msdownload")


def safe_name(name: str) -> str:
    """A name for display and for the reader's disk: no folders, no control, no reserved names.

    >>> safe_name("../../etc/passwd")
    'passwd'
    >>> safe_name("informe final?.pdf ")
    'informe final_.pdf'
    >>> safe_name("CON.txt"), safe_name("..."), safe_name("")
    ('_CON.txt', 'file', 'file')
    """
    last = re.split(r"[/\\]", one_line(name, 2000))[-1]
    plain = _RESERVED.sub("_", last).strip(" .") or "file"
    stem, dot, extension = plain.rpartition(".")
    if not dot or len(extension) > 20:
        stem, dot, extension = plain, "", ""
    if _DEVICES.fullmatch(stem.split(".")[0]):
        stem = f"_{stem}"
    return stem[: LONGEST - len(dot) - len(extension)].rstrip(" .") + dot + extension


def type_of(head: bytes, name: str) -> str:
    """The media type: by the first bytes for pictures and PDF, else by the name.

    A name that claims a picture whose content is none is not believed.

    >>> type_of(b"\\x89PNG\\r\\n\\x1a\\n", "photo.txt")
    'image/png'
    >>> type_of(b"<html>", "photo.png")
    'application/octet-stream'
    """
    seen = _by_content(head)
    if seen:
        return seen
    named = mimetypes.guess_type(name, strict=False)[0] or UNKNOWN
    return UNKNOWN if named in SHOWN_INLINE or named == "application/pdf" else named


def _by_content(head: bytes) -> str:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return "application/pdf" if head.startswith(b"%PDF-") else ""


def type_for_download(content_type: str) -> str:
    """The type to send with a download: what a browser might run leaves untyped.

    >>> type_for_download("image/svg+xml"), type_for_download("application/pdf")
    ('application/octet-stream', 'application/pdf')
    """
    return UNKNOWN if _ACTIVE.search(content_type.lower()) else content_type
