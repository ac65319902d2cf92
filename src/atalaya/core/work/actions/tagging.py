"""Keeping the list of tags tidy."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.actions import action, append
from atalaya.core.people.models import Actor
from atalaya.core.work.events import ListChanged
from atalaya.core.work.models import Tag
from atalaya.kernel.errors import InvalidInput
from atalaya.kernel.text import one_line


@action("work.save_tag")
def save_tag(row: Tag | None = None, *, by: Actor, name: str) -> Tag:
    """Add a tag or rename one. The name of another tag merges the two: its cases get that one.

    Raises NotAllowed, InvalidInput without a name.
    """
    by.must("work.lists")
    word = one_line(name, 60)
    if not word:
        raise InvalidInput(_("A name is needed."), at="name")
    other = Tag.objects.filter(name__iexact=word).exclude(pk=row.pk if row else 0).first()
    if row is None:
        if other is not None:
            return other
        row = Tag.objects.create(name=word)
    elif other is not None:
        for item in row.items.all():
            item.tags.add(other)
        append(ListChanged("tag", row.pk, ("merged", str(other.pk))), by=by)
        row.delete()
        return other
    elif row.name != word:
        row.name = word
        row.save(update_fields=["name"])
    else:
        return row
    append(ListChanged("tag", row.pk, ("name",)), by=by)
    return row
