"""Typed links between items, parents and children among them."""

from __future__ import annotations

from atalaya.core.journal.actions import action, append
from atalaya.core.people.models import Actor
from atalaya.core.work.errors import HasParent, LinkedToItself, WouldBeCircular
from atalaya.core.work.events import LinkChanged
from atalaya.core.work.models import Link, WorkItem


@action("work.link")
def link_items(source: WorkItem, target: WorkItem, *, by: Actor, kind: Link.Kind) -> Link:
    """Say that ``source`` is ``kind`` ``target``. Doing it twice changes nothing.

    Raises LinkedToItself, HasParent, WouldBeCircular.
    """
    if source.pk == target.pk:
        raise LinkedToItself
    known = Link.objects.filter(source=source, target=target, kind=kind).first()
    if known is not None:
        return known
    if kind == Link.Kind.PARENT_OF:
        if Link.objects.filter(target=target, kind=kind).exists():
            raise HasParent(reference=target.reference)
        if target.pk in _ancestors(source):
            raise WouldBeCircular
    link = Link.objects.create(source=source, target=target, kind=kind)
    append(LinkChanged(source.pk, target.pk, str(kind)), by=by, about=source)
    append(LinkChanged(target.pk, source.pk, f"{kind}:reverse"), by=by, about=target)
    return link


@action("work.unlink")
def unlink_items(link: Link, *, by: Actor) -> None:
    """Take a link away."""
    source, target, kind = link.source, link.target, link.kind
    gone, _rows = Link.objects.filter(pk=link.pk).delete()
    if not gone:
        return
    append(LinkChanged(source.pk, target.pk, kind, linked=False), by=by, about=source)
    append(LinkChanged(target.pk, source.pk, f"{kind}:reverse", linked=False), by=by, about=target)


def _ancestors(item: WorkItem) -> set[int]:
    found: set[int] = set()
    step: int | None = item.pk
    while step is not None and step not in found:
        found.add(step)
        step = (
            Link.objects.filter(target_id=step, kind=Link.Kind.PARENT_OF)
            .values_list("source_id", flat=True)
            .first()
        )
    return found
