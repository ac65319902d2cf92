"""Content on disk, named by its SHA-256, each content once.

Taking in is safe against crashes: bytes go to a file of their own, are forced to disk, and only
then get their name; a name is therefore always whole. Nothing here knows the database.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from atalaya.core.files.errors import DiskIsFull
from atalaya.core.files.naming import HEAD
from atalaya.kernel.ids import new_token

CHUNK = 256 * 1024
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class TooMuch(Exception):
    """More bytes came than were allowed."""


@dataclass(frozen=True)
class Kept:
    """What was taken in: its name in the store, its size, and its first bytes."""

    sha256: str
    size: int
    head: bytes


@dataclass(frozen=True)
class Store:
    """A folder of contents: ``ab/cd/abcd…``, and ``incoming`` for what is still arriving."""

    root: Path

    def take(self, chunks: Iterable[bytes], *, limit: int) -> Kept:
        """Keep the bytes of ``chunks``; content that is there already is kept once.

        Raises TooMuch beyond ``limit`` bytes, DiskIsFull.
        """
        incoming = self._folder(self.root / "incoming")
        arriving = incoming / new_token(12)
        try:
            kept = self._write(arriving, chunks, limit)
            # Also over the same content: the fresh time on it keeps it from being swept.
            self._folder(self.path(kept.sha256).parent)
            arriving.replace(self.path(kept.sha256))
            _sync_folder(self.path(kept.sha256).parent)
        except OSError as problem:
            if problem.errno in _NO_ROOM:
                raise DiskIsFull from problem
            raise
        finally:
            arriving.unlink(missing_ok=True)
        return kept

    def _write(self, arriving: Path, chunks: Iterable[bytes], limit: int) -> Kept:
        digest, size, head = hashlib.sha256(), 0, b""
        descriptor = os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise TooMuch
                head = head if len(head) >= HEAD else (head + chunk[:HEAD])[:HEAD]
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        return Kept(digest.hexdigest(), size, head)

    def path(self, sha256: str) -> Path:
        """Where a content lies, whether it is there or not."""
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """A content for reading. Raises FileNotFoundError."""
        return self.path(sha256).open("rb")

    def size(self, sha256: str) -> int | None:
        """The size of a content in bytes, None if it is not there."""
        try:
            return self.path(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def is_whole(self, sha256: str) -> bool:
        """Whether the bytes still have the digest they are named by."""
        digest = hashlib.sha256()
        try:
            with self.open(sha256) as content:
                for chunk in read_chunks(content):
                    digest.update(chunk)
        except FileNotFoundError:
            return False
        return digest.hexdigest() == sha256

    def contents(self, *, before: float = float("inf")) -> Iterator[str]:
        """The names of contents last taken in before a time (seconds since 1970)."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if path.stat().st_mtime < before:
                yield path.name

    def remove(self, sha256: str) -> None:
        """Delete a content; one that is gone already is no error."""
        self.path(sha256).unlink(missing_ok=True)

    def drop_unfinished(self, *, before: float) -> int:
        """Delete what began to arrive before a time and never finished; returns how many."""
        count = 0
        for path in (self.root / "incoming").glob("*"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                count += 1
        return count

    def _folder(self, path: Path) -> Path:
        if not path.is_dir():
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync_folder(path.parent)
        return path


def store() -> Store:
    """The store of this desk."""
    return Store(Path(settings.MEDIA_ROOT))


def read_chunks(content: BinaryIO) -> Iterator[bytes]:
    """The bytes of an open file in pieces."""
    while chunk := content.read(CHUNK):
        yield chunk


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
