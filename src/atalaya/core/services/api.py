"""Operations on services: reading what IT provides."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Path, Query, Router

from atalaya.core.services.models import Service
from atalaya.ui.api import Id, Out, PageQuery, Ref, actor_of, found, part_of
from atalaya.ui.pages import Key

router = Router()


class ServiceOut(Out):
    """What IT provides. Names and descriptions by language code."""

    id: int
    names: dict[str, str]
    descriptions: dict[str, str]
    owner: Ref | None
    team: Ref | None
    weight: int
    is_active: bool


class ServiceList(Out):
    """A part of the services."""

    items: list[ServiceOut]
    next: str | None


def service_out(service: Service) -> ServiceOut:
    """A service as programs see it."""
    owner, team = service.owner, service.team
    return ServiceOut(
        id=service.pk,
        names=service.names,
        descriptions=service.descriptions,
        owner=Ref(id=owner.pk, name=owner.name) if owner else None,
        team=Ref(id=team.pk, name=team.name) if team else None,
        weight=service.weight,
        is_active=service.is_active,
    )


@router.get("services", response=ServiceList, operation_id="services_list", summary="List services")
def services_list(request: HttpRequest, wanted: Query[PageQuery]) -> ServiceList:
    """Services in use; who works here also sees those that were switched off."""
    rows = Service.objects.visible_to(actor_of(request)).select_related("owner", "team")
    part = part_of(rows, [Key("id")], wanted)
    return ServiceList(items=[service_out(row) for row in part.rows], next=part.next)


@router.get(
    "services/{service_id}",
    response=ServiceOut,
    operation_id="services_read",
    summary="Read a service",
)
def services_read(request: HttpRequest, service_id: Path[Id]) -> ServiceOut:
    """One service."""
    rows = Service.objects.visible_to(actor_of(request)).select_related("owner", "team")
    return service_out(found(rows, pk=service_id))
