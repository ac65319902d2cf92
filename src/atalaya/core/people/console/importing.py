"""Importing people: the file is read and shown first, and taken only when one agrees."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from atalaya.core.people.actions import import_people
from atalaya.core.people.console.forms import ImportForm
from atalaya.core.people.importing import (
    COLUMNS,
    Line,
    Table,
    headings_of,
    read,
    text_of,
)
from atalaya.core.people.queries import person_of_line
from atalaya.ui import htmx

SHOWN = 200


def upload(request: Any) -> HttpResponse:
    """Choose a file; see what would come of it; take it."""
    request.actor.must("people.import")
    form = ImportForm(request.POST or None, request.FILES or None)
    table: Table | None = None
    text = ""
    headings: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            given = form.cleaned_data["file"]
            content = given.read() if given else form.cleaned_data["text"].encode()
            headings = headings_of(content)
            text = text_of(content) if given else form.cleaned_data["text"]
            if not given and "column_0" in request.POST:
                chosen = [request.POST.get(f"column_{n}", "") for n in range(len(headings))]
                headings = [(word, name) for (word, _n), name in zip(headings, chosen, strict=True)]
            table = read(content, [name for _word, name in headings])
            if "take" in request.POST:
                counts = import_people(table.lines, by=request.actor)
                toast = _("%(added)s added, %(changed)s changed, %(same)s as they were.") % counts
                return htmx.done(request, goto=reverse("console:people:people"), toast=toast)
    lines = [(line, _outcome(line)) for line in table.lines] if table else []
    context = {
        "form": form,
        "table": table,
        "lines": lines[:SHOWN],
        "counts": Counter(outcome for _line, outcome in lines),
        "total": len(lines),
        "text": text,
        "headings": headings,
        "columns": columns(),
    }
    status = 422 if form.errors else 200
    return htmx.render(request, "people/console/import.html", context, status=status)


def columns() -> list[tuple[str, str]]:
    """What a column of the file may be."""
    words = {
        "name": _("Name"),
        "addresses": _("Mail"),
        "phones": _("Phone"),
        "title": _("Position"),
        "department": _("Department"),
        "organisation": _("Organisation"),
        "language": _("Language"),
        "is_vip": _("Important person"),
        "manager": _("Manager (address)"),
        "external_id": _("External id"),
    }
    return [("", _("left out")), *((name, words[name]) for name in COLUMNS)]


def _outcome(line: Line) -> str:
    if line.problem:
        return "skipped"
    known = person_of_line(line.addresses, str(line.fields.get("external_id", "")))
    return "added" if known is None else "changed"
