"""The words on cases: how often each is used, renaming, merging, removing."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from atalaya.core.identity.ports import Request
from atalaya.core.work.actions import remove_row, save_tag
from atalaya.core.work.models import Tag
from atalaya.core.work.queries import tags_with_counts
from atalaya.ui import htmx


class TagForm(forms.Form):
    """A word."""

    name = forms.CharField(label=_("Name"), max_length=60)


def index(request: Request) -> HttpResponse:
    """Every tag with its cases; add one."""
    request.actor.must("work.lists")
    form = TagForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            save_tag(by=request.actor, **form.cleaned_data)
            return htmx.done(request, goto=_address(), toast=_now("Added."))
    context = {"form": form, "tags": list(tags_with_counts(viewer=request.actor))}
    status = 422 if form.errors else 200
    return htmx.render(request, "work/console/tags.html", context, status=status)


def edit(request: Request, pk: int) -> HttpResponse:
    """Rename a tag; the name of another merges the two."""
    request.actor.must("work.lists")
    row = _tag(request, pk)
    form = TagForm(request.POST or None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            save_tag(row, by=request.actor, **form.cleaned_data)
            return htmx.done(request, goto=_address(), toast=_now("Saved."))
    status = 422 if form.errors else 200
    context = {"form": form, "tag": row}
    return htmx.render(request, "work/console/tag.html", context, status=status)


@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Take a tag off every case and away."""
    request.actor.must("work.lists")
    remove_row(_tag(request, pk), by=request.actor)
    return htmx.done(request, goto=_address(), toast=_now("Removed."))


def _tag(request: Request, pk: int) -> Tag:
    row = Tag.objects.visible_to(request.actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _address() -> str:
    return reverse("console:work:tags")
