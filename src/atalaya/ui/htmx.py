"""Answers for pages and for parts of them: the same view serves a browser, HTMX and no script.

A part is a `{% block %}`. HTMX names the element it will replace; when a block of the template has
that name, the block is rendered alone, otherwise the whole page is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.template.backends.utils import csrf_input_lazy, csrf_token_lazy
from jinja2_fragments import render_block

from atalaya.kernel.errors import AtalayaError
from atalaya.ui.jinja import Backend

FORM_STATUSES = {400, 409, 422}
"""Refusals that belong to what was typed; others (403, 404, 429, 503) are about the request."""


def is_partial(request: HttpRequest) -> bool:
    """Whether HTMX asks for a part; going back in the history needs the whole page again."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in headers


def wanted_block(request: HttpRequest) -> str | None:
    """The block named by the element HTMX will replace (`#ticket-head` → `ticket_head`)."""
    target = request.headers.get("HX-Target", "")
    return target.replace("-", "_") if is_partial(request) and target else None


def render(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    block: str | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render the page, or for HTMX the wanted block, else ``block`` if the target names none."""
    known = {**(context or {}), **more}
    if is_partial(request):
        wanted = wanted_block(request)
        blocks = _backend().env.get_template(template).blocks
        name = wanted if wanted in blocks else block
        if name is not None:
            return HttpResponse(render_part(request, template, name, known), status=status)
    page = _backend().get_template(template).render(known, request=request)
    return HttpResponse(page, status=status)


def render_part(
    request: HttpRequest, template: str, block: str, context: dict[str, Any] | None = None
) -> str:
    """The text of one block of a template."""
    known = {
        **(context or {}),
        "request": request,
        "csrf_input": csrf_input_lazy(request),
        "csrf_token": csrf_token_lazy(request),
    }
    return render_block(_backend().env, template, block, known)


def done(
    request: HttpRequest,
    *,
    goto: Any = None,
    refresh: Iterable[str] = (),
    toast: str = "",
) -> HttpResponse:
    """Answer a write that succeeded.

    HTMX is told which parts to fetch again (`refresh:<name>` on the body) and what to say, or to go
    to ``goto`` when nothing is refreshed. A plain form goes to ``goto`` (an address or an object
    with one), else back to where it was; what there is to say waits for that page.
    """
    parts = list(refresh)
    if is_partial(request) and (parts or goto is None):
        return with_toast(
            HttpResponse(status=204), toast, also={f"refresh:{p}": True for p in parts}
        )
    if toast:
        messages.success(request, toast)
    address = _address(goto) if goto is not None else came_from(request)
    if is_partial(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address, status=303)


def with_toast(
    response: HttpResponse, text: str, *, kind: str = "success", also: dict[str, Any] | None = None
) -> HttpResponse:
    """Add events for the page to an HTMX answer: something to say, parts to refresh."""
    events: dict[str, Any] = {"done": True} if kind == "success" else {}
    events |= also or {}
    if text:
        events["toast"] = {"text": text, "kind": kind}
    response.headers["HX-Trigger"] = json.dumps(events)  # ASCII: header values are latin-1
    return response


def form_again(
    request: HttpRequest,
    template: str,
    form: BaseForm,
    *,
    block: str | None = None,
    **context: Any,
) -> HttpResponse:
    """Show the form again with what is wrong: 422, as a part or as the page."""
    return render(request, template, {**context, "form": form}, block=block, status=422)


@contextmanager
def errors_into(form: BaseForm) -> Iterator[None]:
    """Put a refusal by an action on the form: on its field when the form has it, else on top."""
    try:
        yield
    except AtalayaError as error:
        if error.status not in FORM_STATUSES:
            raise
        form.add_error(error.at if error.at in form.fields else None, error.sentence)


def _backend() -> Backend:
    return next(engine for engine in engines.all() if isinstance(engine, Backend))


def _address(goto: Any) -> str:
    return goto if isinstance(goto, str) else str(goto.get_absolute_url())


def came_from(request: HttpRequest) -> str:
    """The page a form was sent from, when it is ours; else this address."""
    referrer = request.headers.get("Referer", "")
    host = f"{request.scheme}://{request.get_host()}"
    return referrer if referrer.startswith(f"{host}/") else request.get_full_path()
