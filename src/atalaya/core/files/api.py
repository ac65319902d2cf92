"""Operations on files: give one, then name it where something is written."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from ninja import File as Sent
from ninja import Path, Router, UploadedFile

from atalaya.core.files import views
from atalaya.core.files.actions import store_file
from atalaya.core.files.models import File
from atalaya.ui.api import Id, Out, actor_of, found

router = Router()


class FileOut(Out):
    """A file as it was given. ``url`` gives its content to whoever may see what it belongs to."""

    id: int
    name: str
    size: int
    content_type: str
    sha256: str
    created_at: dt.datetime
    url: str


def file_out(file: File) -> FileOut:
    """A file as programs see it."""
    return FileOut(
        id=file.pk,
        name=file.name,
        size=file.size,
        content_type=file.content_type,
        sha256=file.sha256,
        created_at=file.created_at,
        url=reverse("api-v1:files_content", kwargs={"file_id": file.pk}),
    )


@router.post("files", response={201: FileOut}, operation_id="files_upload", summary="Give a file")
def files_upload(request: HttpRequest, file: Sent[UploadedFile]) -> FileOut:
    """Its id is then named in `files` of an answer, a note or a new ticket."""
    made = store_file(file, name=file.name or "", by=actor_of(request))
    return file_out(made)


@router.get("files/{file_id}", response=FileOut, operation_id="files_read", summary="About a file")
def files_read(request: HttpRequest, file_id: Path[Id]) -> FileOut:
    """Name, size, type and digest of a file."""
    return file_out(found(File.objects.visible_to(actor_of(request)), pk=file_id))


@router.get(
    "files/{file_id}/content",
    operation_id="files_content",
    summary="Download a file",
    response={200: None},
    openapi_extra={
        "responses": {200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}}
    },
)
def files_content(request: HttpRequest, file_id: Path[Id]) -> HttpResponseBase:
    """The bytes, as a download in a sandbox."""
    return views.download(request, pk=file_id)
