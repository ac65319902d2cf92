"""What happens to files. Names are words of people and stay out of facts."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.events import Fact


@dataclass(frozen=True)
class FileStored(Fact, name="files.stored"):
    """Content was taken in; ``sha256`` names it on disk."""

    sentence = _("stored a file")

    file_id: int
    sha256: str
    size: int


@dataclass(frozen=True)
class FileAttached(Fact, name="files.attached"):
    """A file belongs to something now, which decides who may see it."""

    sentence = _("attached a file")

    file_id: int
    owner_kind: str
    owner_id: int


@dataclass(frozen=True)
class FilesRemoved(Fact, name="files.removed"):
    """Attachments were taken away for good; content nobody else holds follows by night."""

    sentence = _("removed attached files")

    owner_kind: str
    owner_id: int
    count: int
