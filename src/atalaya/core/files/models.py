"""Files as they were given, and what they are attached to."""

from __future__ import annotations

from functools import reduce
from typing import Self

from django.db import models

from atalaya.core.files.naming import SHOWN_INLINE
from atalaya.core.files.ports import OWNERS
from atalaya.core.people.models import Actor, Person
from atalaya.kernel import clock


class FileQuerySet(models.QuerySet["File"]):
    """Words for choosing files."""

    def visible_to(self, viewer: Actor) -> Self:
        """Files of things the viewer sees, and his own that are not attached yet."""
        if viewer.almighty and viewer.only is None:
            return self
        attached = Attachment.objects.visible_to(viewer)
        seen = models.Q(pk__in=attached.values("file"))
        if viewer.person is not None and viewer.kind != "guest":
            held = Attachment.objects.filter(file=models.OuterRef("pk"))
            seen |= models.Q(~models.Exists(held), uploaded_by=viewer.person)
        return self.filter(seen)

    def unheld(self) -> Self:
        """Files that no row of any table points at."""
        pointing = File._meta.related_objects  # noqa: SLF001 - Django's documented model API
        return self.filter(**{f"{relation.name}__isnull": True for relation in pointing})


class File(models.Model):
    """A file somebody gave, under the name he gave it. Equal contents lie on disk once."""

    id: int
    name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=120)
    uploaded_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="files"
    )
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    objects = FileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_shown_inline(self) -> bool:
        """Whether a page may show it as a picture."""
        return self.content_type in SHOWN_INLINE


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Words for choosing attachments."""

    def visible_to(self, viewer: Actor) -> Self:
        """Attachments of things the viewer sees, as their owners say."""
        if viewer.almighty and viewer.only is None:
            return self
        seen = [
            models.Q(owner_kind=owner.kind, owner_id__in=owner.seen_by(viewer).values("pk"))
            for owner in OWNERS
        ]
        return self.filter(reduce(models.Q.__or__, seen)) if seen else self.none()

    def of(self, owner_kind: str, *owner_ids: int) -> Self:
        """Those of some owners of one kind, with their files, in order."""
        rows = self.filter(owner_kind=owner_kind, owner_id__in=owner_ids)
        return rows.select_related("file").order_by("owner_id", "id")


class Attachment(models.Model):
    """A file belongs to something. ``owner_kind`` is a registered name such as ``work.entry``."""

    id: int
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="attachments")
    owner_kind = models.CharField(max_length=40)
    owner_id = models.BigIntegerField()
    content_id = models.CharField(max_length=250, blank=True, default="")  # of an inline image
    created_at = models.DateTimeField(default=clock.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner_kind", "owner_id", "file"], name="files_attached_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} of {self.owner_kind} {self.owner_id}"
