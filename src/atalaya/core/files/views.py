"""Sending a file: always as a download in a sandbox, but for pictures that run nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote

from django.core.handlers.asgi import ASGIRequest
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from atalaya.core.files.models import File
from atalaya.core.files.queries import content_path, read_chunks, type_for_download
from atalaya.core.files.store import CHUNK
from atalaya.core.people.models import NOBODY

SANDBOX = "sandbox; default-src 'none'; style-src 'none'; script-src 'none'; form-action 'none'"


@require_safe
def download(request: HttpRequest, pk: int, name: str = "") -> HttpResponseBase:
    """The content of a file the viewer may see. ``?inline`` shows a raster picture in a page."""
    file = get_object_or_404(File.objects.visible_to(getattr(request, "actor", NOBODY)), pk=pk)
    shown = "inline" in request.GET and file.is_shown_inline
    etag = f'"{file.sha256}"'
    response: HttpResponseBase
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    elif request.method == "HEAD":
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(_body(request, content_path(file)))
    if not isinstance(response, HttpResponseNotModified):
        response["Content-Length"] = str(file.size)
        response["Content-Type"] = type_for_download(file.content_type)
        response["Content-Disposition"] = disposition(file.name, inline=shown)
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=3600"
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Referrer-Policy"] = "no-referrer"
    return response


def disposition(name: str, *, inline: bool = False) -> str:
    """The header by RFC 6266: a plain name for old readers, the real one beside it.

    >>> disposition("año 2026.pdf")
    "attachment; filename=\\"a_o 2026.pdf\\"; filename*=UTF-8''a%C3%B1o%202026.pdf"
    """
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _body(request: HttpRequest, path: Path) -> AsyncIterator[bytes] | Iterator[bytes]:
    """In pieces, and without blocking the event loop where there is one."""
    return _in_thread(path) if isinstance(request, ASGIRequest) else _here(path)


def _here(path: Path) -> Iterator[bytes]:
    with path.open("rb") as content:
        yield from read_chunks(content)


async def _in_thread(path: Path) -> AsyncIterator[bytes]:
    content = await asyncio.to_thread(path.open, "rb")
    with content:
        while chunk := await asyncio.to_thread(content.read, CHUNK):
            yield chunk
