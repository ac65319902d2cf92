"""Taking files in, attaching them, and letting them go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, BinaryIO, TypeAlias, cast

from django.core.files.base import File as Upload
from django.db import connection

from atalaya.core.files.errors import FileTooLarge
from atalaya.core.files.events import FileAttached, FilesRemoved, FileStored
from atalaya.core.files.models import Attachment, File
from atalaya.core.files.naming import safe_name, type_of
from atalaya.core.files.preferences import FilePreferences
from atalaya.core.files.store import TooMuch, read_chunks, store
from atalaya.core.journal.actions import action, append
from atalaya.core.people.models import Actor
from atalaya.core.preferences.queries import preferences_of
from atalaya.kernel import clock

Content: TypeAlias = "bytes | BinaryIO | Upload[Any] | Iterable[bytes]"
MEGABYTE = 1024 * 1024
ARRIVING = 0x66696C65  # advisory lock: shared while files arrive, whole while contents are swept


@action("files.store")
def store_file(
    content: Content, *, name: str, by: Actor, largest_megabytes: int | None = None
) -> File:
    """Take a file in. Its bytes are on disk before this returns; equal contents lie there once.

    ``content`` may be bytes, an open binary file, an upload, or pieces of bytes as they come.
    ``largest_megabytes`` replaces the organisation's limit where another one holds (raw mail).
    Raises FileTooLarge, DiskIsFull.
    """
    limit = largest_megabytes or preferences_of(FilePreferences).largest_megabytes
    name = safe_name(name)
    _lock("pg_advisory_xact_lock_shared")
    try:
        kept = store().take(_pieces(content), limit=limit * MEGABYTE)
    except TooMuch:
        raise FileTooLarge(name=name, limit=limit) from None
    file = File.objects.create(
        name=name,
        sha256=kept.sha256,
        size=kept.size,
        content_type=type_of(kept.head, name)[:120],
        uploaded_by=by.person,
        created_at=clock.now(),
    )
    append(FileStored(file.pk, file.sha256, file.size), by=by, about=file)
    return file


@action("files.attach")
def attach(
    file: File, *, owner_kind: str, owner_id: int, by: Actor, content_id: str = ""
) -> Attachment:
    """Have a file belong to something, which from now on decides who sees it.

    Whoever may write the owner may attach to it; that is for the calling action to have checked.
    """
    attachment, made = Attachment.objects.get_or_create(
        file=file,
        owner_kind=owner_kind,
        owner_id=owner_id,
        defaults={"content_id": content_id[:250], "created_at": clock.now()},
    )
    if made:
        append(FileAttached(file.pk, owner_kind, owner_id), by=by, about=file)
    return attachment


@action("files.remove_attachments")
def remove_attachments(*, owner_kind: str, owner_id: int, by: Actor) -> int:
    """Take every file away from something (redaction, retention); returns how many.

    Whether that may be done is for the calling action to have checked. A file that belongs to
    nothing else goes with it, its content by night.
    """
    rows = Attachment.objects.filter(owner_kind=owner_kind, owner_id=owner_id)
    files = list(rows.values_list("file_id", flat=True))
    count, _details = rows.delete()
    File.objects.filter(pk__in=files).unheld().delete()
    if count:
        append(FilesRemoved(owner_kind, owner_id, count), by=by)
    return count


@action("files.forget_loose")
def forget_loose(before: dt.datetime) -> int:
    """Delete the rows of files stored before an instant that nothing holds; returns how many."""
    loose = File.objects.filter(created_at__lt=before).unheld().order_by("pk")[:5000]
    count, _details = File.objects.filter(pk__in=list(loose.values_list("pk", flat=True))).delete()
    return count


@action("files.sweep")
def sweep(names: Iterable[str]) -> int:
    """Delete contents that no file has any more; returns how many.

    Does nothing while a file is arriving: its row may be about to name one of them.
    """
    if not _lock("pg_try_advisory_xact_lock"):
        return 0
    candidates = set(names)
    used = File.objects.filter(sha256__in=candidates).values_list("sha256", flat=True)
    loose = candidates - set(used)
    for sha256 in loose:
        store().remove(sha256)
    return len(loose)


def _lock(function: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}(%s)", [ARRIVING])
        row = cursor.fetchone()
    return bool(row and row[0] is not False)


def _pieces(content: Content) -> Iterable[bytes]:
    if isinstance(content, bytes):
        return (content,)
    if isinstance(content, Upload):
        return content.chunks()
    if hasattr(content, "read"):
        return read_chunks(cast(BinaryIO, content))
    return content
