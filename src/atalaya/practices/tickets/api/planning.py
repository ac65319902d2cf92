"""Steps, checklists and promises of a ticket."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path
from pydantic import Field

from atalaya.core.people.models import Actor, Person, Team
from atalaya.core.work.models import ChecklistTemplate, Task
from atalaya.core.work.queries import item_numbered
from atalaya.kernel.errors import InvalidInput, NotFound
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.api.routing import Number, router, ticket_at
from atalaya.practices.tickets.api.schemas import (
    PromiseList,
    PromiseOut,
    TaskList,
    TaskOut,
    promise_out,
    task_out,
)
from atalaya.practices.tickets.models import Ticket
from atalaya.ui.api import Id, In, Instant, Line, chosen, found, needed


class TaskIn(In):
    """A step; ``tracked`` names another case that is this step."""

    title: Line
    team_id: Id | None = None
    assignee_id: Id | None = None
    due_at: Instant | None = None
    tracked: Number | None = None
    position: Annotated[int | None, Field(ge=0, le=100_000)] = None


class TaskChangeIn(TaskIn):
    """What changes on a step; what is left out stays."""

    title: Line = ""


class TickIn(In):
    """Whether it is done."""

    done: bool = True


class ChecklistIn(In):
    """Which template."""

    template_id: Id


class PromiseIn(In):
    """By when somebody gets back to the requester."""

    due_at: Instant
    note: Line = ""


def _for_agents(request: HttpRequest, number: str) -> tuple[Ticket, Actor]:
    """Steps are between agents."""
    ticket, by = ticket_at(request, number)
    by.must("work.see", on=ticket.item)
    return ticket, by


def _task(ticket: Ticket, task_id: int) -> Task:
    rows = ticket.item.tasks.select_related("item", "team", "assignee", "tracked", "done_by")
    return found(rows, pk=task_id)


def _fields(given: dict[str, Any], by: Actor) -> dict[str, Any]:
    fields: dict[str, Any] = {name: given[name] for name in ("title", "due_at") if name in given}
    if given.get("position") is not None:
        fields["position"] = given["position"]
    if "team_id" in given:
        fields["team"] = chosen(Team.objects.visible_to(by), given["team_id"], at="team_id")
    if "assignee_id" in given:
        people = Person.objects.visible_to(by)
        fields["assignee"] = chosen(people, given["assignee_id"], at="assignee_id")
    if "tracked" in given:
        try:
            wanted = given["tracked"]
            fields["tracked"] = item_numbered(wanted, viewer=by) if wanted else None
        except NotFound:
            raise InvalidInput(_("There is no such ticket."), at="tracked") from None
    return fields


@router.get(
    "tickets/{number}/tasks", response=TaskList, operation_id="tickets_tasks", summary="List steps"
)
def tickets_tasks(request: HttpRequest, number: Path[Number]) -> TaskList:
    """In their order, done ones included."""
    ticket, _by = _for_agents(request, number)
    rows = ticket.item.tasks.select_related("team", "assignee", "tracked", "done_by")
    return TaskList(items=[task_out(row) for row in rows])


@router.post(
    "tickets/{number}/tasks",
    response={201: TaskOut},
    operation_id="tickets_add_task",
    summary="Add a step",
)
def tickets_add_task(request: HttpRequest, number: Path[Number], what: TaskIn) -> TaskOut:
    """At the end, unless a position is given."""
    ticket, by = ticket_at(request, number)
    fields = _fields(what.model_dump(exclude_unset=True), by)
    return task_out(actions.add_task(ticket, by=by, **fields))


@router.patch(
    "tickets/{number}/tasks/{task_id}",
    response=TaskOut,
    operation_id="tickets_change_task",
    summary="Change a step",
)
def tickets_change_task(
    request: HttpRequest, number: Path[Number], task_id: Path[Id], what: TaskChangeIn
) -> TaskOut:
    """An explicit null clears a value."""
    ticket, by = _for_agents(request, number)
    fields = _fields(what.model_dump(exclude_unset=True), by)
    task = actions.change_task(_task(ticket, task_id), by=by, **fields)
    return task_out(_task(ticket, task.pk))


@router.post(
    "tickets/{number}/tasks/{task_id}/tick",
    response=TaskOut,
    operation_id="tickets_tick_task",
    summary="Mark a step as done or not",
)
def tickets_tick_task(
    request: HttpRequest, number: Path[Number], task_id: Path[Id], what: TickIn
) -> TaskOut:
    """Its assignee may, too."""
    ticket, by = ticket_at(request, number)
    task = actions.tick_task(_task(ticket, task_id), by=by, done=what.done)
    return task_out(_task(ticket, task.pk))


@router.delete(
    "tickets/{number}/tasks/{task_id}",
    response={204: None},
    operation_id="tickets_remove_task",
    summary="Take a step away",
)
def tickets_remove_task(
    request: HttpRequest, number: Path[Number], task_id: Path[Id]
) -> HttpResponse:
    """That it was there stays in the history."""
    ticket, by = _for_agents(request, number)
    actions.remove_task(_task(ticket, task_id), by=by)
    return HttpResponse(status=204)


@router.post(
    "tickets/{number}/checklists",
    response=TaskList,
    operation_id="tickets_apply_checklist",
    summary="Put a checklist on a ticket",
)
def tickets_apply_checklist(
    request: HttpRequest, number: Path[Number], what: ChecklistIn
) -> TaskList:
    """Adds the steps that are not there yet; answers with all steps."""
    ticket, by = _for_agents(request, number)
    templates = ChecklistTemplate.objects.visible_to(by).filter(is_active=True)
    template = needed(templates, what.template_id, at="template_id")
    actions.apply_checklist(ticket, template, by=by)
    return tickets_tasks(request, number)


@router.get(
    "tickets/{number}/promises",
    response=PromiseList,
    operation_id="tickets_promises",
    summary="List promises",
)
def tickets_promises(request: HttpRequest, number: Path[Number]) -> PromiseList:
    """Kept ones included, by their time."""
    ticket, _by = _for_agents(request, number)
    rows = ticket.item.promises.select_related("made_by").order_by("due_at", "pk")
    return PromiseList(items=[promise_out(row) for row in rows])


@router.post(
    "tickets/{number}/promises",
    response={201: PromiseOut},
    operation_id="tickets_promise",
    summary="Promise to get back",
)
def tickets_promise(request: HttpRequest, number: Path[Number], what: PromiseIn) -> PromiseOut:
    """A timer reminds whoever promised."""
    ticket, by = ticket_at(request, number)
    return promise_out(actions.promise_call(ticket, by=by, due_at=what.due_at, note=what.note))


@router.post(
    "tickets/{number}/promises/{promise_id}/keep",
    response=PromiseOut,
    operation_id="tickets_keep_promise",
    summary="Mark a promise as kept",
)
def tickets_keep_promise(
    request: HttpRequest, number: Path[Number], promise_id: Path[Id]
) -> PromiseOut:
    """Late or not is on record."""
    ticket, by = _for_agents(request, number)
    rows = ticket.item.promises.select_related("made_by", "item")
    promise = actions.keep_promise(found(rows, pk=promise_id), by=by)
    return promise_out(found(rows, pk=promise.pk))
