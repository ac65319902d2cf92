"""Operations on the lists that cases choose from: reading them."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from atalaya.core.work.models import (
    Category,
    ChecklistTemplate,
    CustomField,
    PendingReason,
    Tag,
    Turn,
)
from atalaya.ui.api import Out, PageQuery, actor_of, part_of, words_of
from atalaya.ui.pages import Key

router = Router()


class CategoryOut(Out):
    """What a case may be about. ``path`` is the full name by language."""

    id: int
    names: dict[str, str]
    path: dict[str, str]
    parent_id: int | None
    kinds: list[str]
    team_id: int | None
    service_id: int | None
    position: int
    is_active: bool


class CategoryList(Out):
    """A part of the categories."""

    items: list[CategoryOut]
    next: str | None


class PendingReasonOut(Out):
    """Why a case may wait, and what follows by itself."""

    id: int
    key: str
    names: dict[str, str]
    turn: Turn
    pauses: list[str]
    follow_up_days: list[int]
    close_after_days: int | None
    position: int
    is_active: bool


class PendingReasonList(Out):
    """The reasons to wait."""

    items: list[PendingReasonOut]


class CustomFieldOut(Out):
    """A field an administrator declared; its value is in ``custom`` under ``key``."""

    id: int
    key: str
    labels: dict[str, str]
    helps: dict[str, str]
    kind: Annotated[CustomField.Kind, words_of(CustomField.Kind)]
    choices: list[Any]
    item_kinds: list[str]
    required_at: str
    in_portal: bool
    position: int
    is_active: bool


class CustomFieldList(Out):
    """The declared fields."""

    items: list[CustomFieldOut]


class ChecklistOut(Out):
    """Steps that can be put on a case in one go, each by language."""

    id: int
    names: dict[str, str]
    steps: list[dict[str, str]]
    is_active: bool


class ChecklistList(Out):
    """The checklist templates."""

    items: list[ChecklistOut]


class TagOut(Out):
    """A word on cases."""

    id: int
    name: str


class TagList(Out):
    """A part of the tags."""

    items: list[TagOut]
    next: str | None


@router.get(
    "categories", response=CategoryList, operation_id="categories_list", summary="List categories"
)
def categories_list(request: HttpRequest, wanted: Query[PageQuery]) -> CategoryList:
    """The tree of categories, flat: each names its parent."""
    part = part_of(Category.objects.visible_to(actor_of(request)), [Key("id")], wanted)
    rows = [
        CategoryOut(
            id=row.pk,
            names=row.names,
            path=row.path,
            parent_id=row.parent_id,
            kinds=row.kinds,
            team_id=row.team_id,
            service_id=row.service_id,
            position=row.position,
            is_active=row.is_active,
        )
        for row in part.rows
    ]
    return CategoryList(items=rows, next=part.next)


@router.get(
    "pending-reasons",
    response=PendingReasonList,
    operation_id="pending_reasons_list",
    summary="List reasons to wait",
)
def pending_reasons_list(request: HttpRequest) -> PendingReasonList:
    """Why a case may wait, in their order."""
    rows = [
        PendingReasonOut(
            id=row.pk,
            key=row.key,
            names=row.names,
            turn=Turn(row.turn),
            pauses=row.pauses,
            follow_up_days=row.follow_up_days,
            close_after_days=row.close_after_days,
            position=row.position,
            is_active=row.is_active,
        )
        for row in PendingReason.objects.visible_to(actor_of(request))
    ]
    return PendingReasonList(items=rows)


@router.get(
    "custom-fields",
    response=CustomFieldList,
    operation_id="custom_fields_list",
    summary="List custom fields",
)
def custom_fields_list(request: HttpRequest) -> CustomFieldList:
    """The fields this desk declared. Requesters see those of the portal."""
    actor = actor_of(request)
    rows = [
        CustomFieldOut(
            id=row.pk,
            key=row.key,
            labels=row.labels,
            helps=row.helps,
            kind=CustomField.Kind(row.kind),
            choices=row.choices,
            item_kinds=row.item_kinds,
            required_at=row.required_at,
            in_portal=row.in_portal,
            position=row.position,
            is_active=row.is_active,
        )
        for row in CustomField.objects.visible_to(actor)
        if row.in_portal or actor.is_agent
    ]
    return CustomFieldList(items=rows)


@router.get(
    "checklists", response=ChecklistList, operation_id="checklists_list", summary="List checklists"
)
def checklists_list(request: HttpRequest) -> ChecklistList:
    """Templates of steps."""
    rows = [
        ChecklistOut(id=row.pk, names=row.names, steps=row.steps, is_active=row.is_active)
        for row in ChecklistTemplate.objects.visible_to(actor_of(request)).order_by("pk")
    ]
    return ChecklistList(items=rows)


@router.get("tags", response=TagList, operation_id="tags_list", summary="List tags")
def tags_list(request: HttpRequest, wanted: Query[PageQuery]) -> TagList:
    """The words in use on cases."""
    part = part_of(Tag.objects.visible_to(actor_of(request)), [Key("id")], wanted)
    return TagList(items=[TagOut(id=row.pk, name=row.name) for row in part.rows], next=part.next)
