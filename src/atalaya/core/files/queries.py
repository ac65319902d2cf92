"""Reading files, and whether rows and disk agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.db.models import QuerySet

from atalaya.core.files.errors import ContentIsMissing
from atalaya.core.files.models import Attachment, File
from atalaya.core.files.naming import type_for_download
from atalaya.core.files.store import read_chunks, store

__all__ = [
    "Disagreement",
    "attachments_of",
    "content_path",
    "disagreements",
    "open_content",
    "read_chunks",
    "type_for_download",
]


@dataclass(frozen=True)
class Disagreement:
    """A file whose content is ``missing``, of another ``size``, or no longer ``whole``."""

    file_id: int
    name: str
    sha256: str
    problem: str


def attachments_of(owner_kind: str, owner_ids: Iterable[int]) -> dict[int, list[Attachment]]:
    """Attachments by owner, with their files; for owners the viewer is known to see."""
    found: dict[int, list[Attachment]] = {}
    for row in Attachment.objects.of(owner_kind, *owner_ids):
        found.setdefault(row.owner_id, []).append(row)
    return found


def content_path(file: File) -> Path:
    """Where the bytes of a file lie. Raises ContentIsMissing."""
    if store().size(file.sha256) is None:
        raise ContentIsMissing(name=file.name)
    return store().path(file.sha256)


def open_content(file: File) -> BinaryIO:
    """The bytes of a file for reading; the caller closes it. Raises ContentIsMissing."""
    return content_path(file).open("rb")


def disagreements(
    files: QuerySet[File] | None = None, *, read_contents: bool = False
) -> Iterator[Disagreement]:
    """Files whose row and content do not agree; ``read_contents`` also checks every digest."""
    rows = File.objects.all() if files is None else files
    for file in rows.iterator(chunk_size=2000):
        size = store().size(file.sha256)
        if size is None:
            problem = "missing"
        elif size != file.size:
            problem = "size"
        elif read_contents and not store().is_whole(file.sha256):
            problem = "whole"
        else:
            continue
        yield Disagreement(file.pk, file.name, file.sha256, problem)
