"""What practices say of the kinds of work they bring."""

from __future__ import annotations

from dataclasses import dataclass

from atalaya.kernel.errors import Words
from atalaya.kernel.plugs import Slot


@dataclass(frozen=True)
class ItemKind:
    """A kind of work item, as ``WorkItem.kind`` keeps it, and its word."""

    key: str
    label: Words


KINDS: Slot[ItemKind] = Slot("kind of work", file="models")


def item_kind(key: str, label: Words, *, module: str) -> ItemKind:
    """Say that a practice brings a kind of work (in its ``models.py``, ``module=__name__``)."""
    return KINDS.plug(key, ItemKind(key, label), module=module)
