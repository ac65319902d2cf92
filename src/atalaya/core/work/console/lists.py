"""One page for each list an administrator keeps, and one for each of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from atalaya.core.identity.ports import Request
from atalaya.core.work.actions import ask_for_choices, remove_row, save_field, save_row
from atalaya.core.work.console.forms import (
    CategoryForm,
    ChecklistForm,
    FieldForm,
    ReasonForm,
    RowForm,
)
from atalaya.core.work.queries import LISTS, row_of_list, rows_of_list
from atalaya.kernel.errors import Words
from atalaya.ui import htmx


@dataclass(frozen=True)
class Shown:
    """How a list is called, and the form of its rows."""

    title: Words
    one: Words
    form: type[RowForm]
    about: Words


SHOWN = {
    "categories": Shown(
        gettext_lazy("Categories"),
        gettext_lazy("New category"),
        CategoryForm,
        gettext_lazy("What cases are about. A category may name the team that takes them."),
    ),
    "reasons": Shown(
        gettext_lazy("Reasons to wait"),
        gettext_lazy("New reason"),
        ReasonForm,
        gettext_lazy("Whoever puts a case to wait says why; reminders and closing follow from it."),
    ),
    "fields": Shown(
        gettext_lazy("Own fields"),
        gettext_lazy("New field"),
        FieldForm,
        gettext_lazy("Fields that only your organisation has."),
    ),
    "checklists": Shown(
        gettext_lazy("Checklists"),
        gettext_lazy("New checklist"),
        ChecklistForm,
        gettext_lazy("Steps that agents put on a case in one go."),
    ),
}


@require_GET
def index(request: Request, name: str) -> HttpResponse:
    """Every row of a list."""
    request.actor.must("work.lists")
    context = {"name": name, "shown": SHOWN[name], "rows": rows_of_list(name)}
    return htmx.render(request, "work/console/list.html", context)


def edit(request: Request, name: str, pk: int) -> HttpResponse:
    """Add a row (``pk`` 0) or change one."""
    request.actor.must("work.lists")
    row: Any = row_of_list(name, pk) if pk else None
    form = SHOWN[name].form(request.POST or None, viewer=request.actor, row=row)
    back = reverse(f"console:work:{name}")
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            if name == "fields":
                save_field(row, by=request.actor, **form.values())
            else:
                save_row(LISTS[name], row, by=request.actor, **form.values())
            return htmx.done(request, goto=back, toast=_("Saved."))
    context = {
        "form": form,
        "row": row,
        "name": name,
        "shown": SHOWN[name],
        "title": str(row) if row is not None else SHOWN[name].one,
    }
    status = 422 if form.errors else 200
    return htmx.render(request, "work/console/row.html", context, status=status)


@require_POST
def remove(request: Request, name: str, pk: int) -> HttpResponse:
    """Delete a row that nothing uses."""
    remove_row(row_of_list(name, pk), by=request.actor)
    return htmx.done(request, goto=reverse(f"console:work:{name}"), toast=_("Removed."))


@require_POST
def read_source(request: Request, pk: int) -> HttpResponse:
    """Read the choices of an external field again, as soon as a worker can."""
    ask_for_choices(row_of_list("fields", pk), by=request.actor)
    goto = reverse("console:work:fields_edit", kwargs={"pk": pk})
    return htmx.done(request, goto=goto, toast=_("It will be read within a minute."))
