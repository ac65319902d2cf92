"""The one router of tickets, and how its operations find what an address or a body names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import StringConstraints

from atalaya.core.files.models import File
from atalaya.core.people.models import Actor
from atalaya.core.work.models import Channel
from atalaya.kernel.errors import InvalidInput
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.queries import ticket_numbered
from atalaya.ui.api import actor_of

router = Router()
Number = Annotated[str, StringConstraints(pattern=r"^(?:[A-Za-z]{3}-)?[0-9]{1,18}$")]


def ticket_at(request: HttpRequest, number: str) -> tuple[Ticket, Actor]:
    """The ticket an address names, and who asks. Raises NotFound."""
    actor: Actor = actor_of(request)
    return ticket_numbered(number, viewer=actor), actor


def given_files(ids: Iterable[int], *, by: Actor) -> list[File]:
    """Files that a body names, in its order. Raises InvalidInput for one he may not see."""
    wanted = list(dict.fromkeys(ids))
    rows = {file.pk: file for file in File.objects.visible_to(by).filter(pk__in=wanted)}
    for pk in wanted:
        if pk not in rows:
            raise InvalidInput(_("There is no file with the id %(id)s.") % {"id": pk}, at="files")
    return [rows[pk] for pk in wanted]


def channel_of(by: Actor, *, person: Channel = Channel.CONSOLE) -> Channel:
    """How what is said reaches us: by a key it is the API, by a session a page of ours."""
    return Channel.API if by.kind == "key" else person
