"""The queue as a page: view, filters, order, group and cursor are all in its address."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from atalaya.console.choices import chosen_labels, filter_choices
from atalaya.core.identity.ports import Request
from atalaya.kernel import clock
from atalaya.kernel.errors import NotAllowed
from atalaya.pages import queue as pages
from atalaya.pages.filters import Filters
from atalaya.ui import htmx


def _asked(request: HttpRequest) -> tuple[pages.View, Filters, str]:
    """View, filters and order of an address; what it does not say is the view's own."""
    view = pages.VIEWS.get(request.GET.get("view", ""), pages.VIEWS[pages.DEFAULT])
    order = request.GET.get("order", "")
    return view, Filters.read(request.GET), order if order in pages.ORDERS else view.order


@require_GET
def queue(request: Request) -> HttpResponse:
    """The lines of a view, or its groups."""
    view, filters, order = _asked(request)
    if not request.actor.may(view.permission):
        raise NotAllowed(permission=view.permission)
    group = request.GET.get("group", "")
    context = {
        **_frame(request, view, filters, order, group),
        "page": None,
        "groups": None,
    }
    if group in pages.GROUPS:
        context["groups"] = pages.groups_in(
            view, filters, viewer=request.actor, order=order, by=group
        )
    else:
        context["page"] = pages.rows_in(
            view, filters, viewer=request.actor, order=order, after=request.GET.get("after")
        )
    return htmx.render(request, "console/queue.html", context)


def _frame(
    request: Request, view: pages.View, filters: Filters, order: str, group: str
) -> dict[str, Any]:
    """What stands around the lines: views, filters, orders, and addresses that change one thing."""
    here = reverse("console:queue")
    own_order = "" if order == view.order else order

    def address(**change: str) -> str:
        said = {"view": view.key, "order": own_order, "group": group, **change}
        return f"{here}?{filters.query(**said)}"

    flat = {"view": view.key, "order": own_order}
    kept = {**flat, "group": group}
    return {
        "view": view,
        "filters": filters,
        "order": order,
        "group": group if group in pages.GROUPS else "",
        "address": address,
        "here": here,
        "now": clock.now(),
        "views": pages.views_for(request.actor),
        "orders": pages.ORDERS,
        "group_choices": pages.GROUPS,
        "choices": filter_choices(request.actor),
        "chosen": chosen_labels(filters, request.actor),
        "drop": lambda name, value: f"{here}?{filters.without(name, value).query(**kept)}",
        "only": lambda name, value: f"{here}?{filters.with_(name, value).query(**flat)}",
        "asked": filters.query(view=view.key, order=own_order),
    }


@require_GET
def counts(request: Request) -> HttpResponse:
    """How many lie in each view, for the tabs; after the page, so that it need not wait."""
    found = [
        (view, pages.counted(pages.items_in(view, Filters(), viewer=request.actor)))
        for view in pages.views_for(request.actor)
        if view.key not in {"all", "resolved"}
    ]
    return htmx.render(
        request, "console/queue_counts.html", {"counts": found, "most": pages.MOST_COUNTED}
    )


@require_GET
def news(request: Request) -> HttpResponse:
    """How many lines came or changed since the page was read; nothing moves until one asks."""
    view, filters, _order = _asked(request)
    try:
        since = dt.datetime.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        since = clock.now()
    if since.tzinfo is None:
        since = since.replace(tzinfo=dt.UTC)
    items = pages.items_in(view, filters, viewer=request.actor).filter(updated_at__gt=since)
    kept = {name: request.GET.get(name, "") for name in ("order", "group")}
    back = f"{reverse('console:queue')}?{filters.query(view=view.key, **kept)}"
    return htmx.render(
        request,
        "console/queue_news.html",
        {"number": pages.counted(items), "back": back, "label": _("Show")},
    )
