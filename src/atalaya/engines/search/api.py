"""One operation: search everything the key may see."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from atalaya.engines.search.queries import Group, Hit, Marked, search
from atalaya.ui.api import Out, actor_of

router = Router()


class SearchQuery(Schema):
    """What is looked for, and which part of the answer."""

    q: Annotated[
        str,
        Field(min_length=1, max_length=200, description="Words, a “phrase” or a number."),
    ]
    kind: Annotated[
        str | None, Field(max_length=40, description="Only this kind, such as `ticket`.")
    ] = None
    after: Annotated[
        str | None, Field(max_length=20, description="The `next` of a kind's previous answer.")
    ] = None
    size: Annotated[int, Field(ge=1, le=100, description="How many of each kind.")] = 20


class HitOut(Out):
    """One thing that was found, in plain text."""

    kind: str
    id: int
    title: str
    excerpt: str
    detail: str
    at: dt.datetime | None


class GroupOut(Out):
    """What was found of one kind. ``total`` counts up to a cap; ``capped`` means “or more”."""

    kind: str
    total: int
    capped: bool
    gave_up: bool
    next: str | None
    hits: list[HitOut]


class SearchOut(Out):
    """The answer. ``jump`` is the very thing whose number was asked for."""

    jump: HitOut | None
    groups: list[GroupOut]


def _plain(marked: Marked) -> str:
    return "".join(piece.text for piece in marked)


def hit_out(hit: Hit) -> HitOut:
    """A hit as programs see it."""
    return HitOut(
        kind=hit.kind,
        id=hit.pk,
        title=_plain(hit.title),
        excerpt=_plain(hit.excerpt),
        detail=hit.detail,
        at=hit.at,
    )


def group_out(group: Group) -> GroupOut:
    """The hits of one kind as programs see them."""
    return GroupOut(
        kind=group.kind,
        total=group.total,
        capped=group.capped,
        gave_up=group.gave_up,
        next=group.next,
        hits=[hit_out(hit) for hit in group.hits],
    )


@router.get("search", response=SearchOut, operation_id="search", summary="Search")
def search_everything(request: HttpRequest, wanted: Query[SearchQuery]) -> SearchOut:
    """Tickets by what was said in them and people by name, the best first, accents ignored."""
    found = search(
        actor_of(request),
        wanted.q,
        only={wanted.kind} if wanted.kind else None,
        cursor=wanted.after if wanted.kind else None,
        size=wanted.size,
    )
    return SearchOut(
        jump=hit_out(found.jump) if found.jump else None,
        groups=[group_out(group) for group in found.groups],
    )
