"""From what went wrong to what a person sees: the pages are the kit's, the choice is made here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from atalaya.core.identity.errors import NotProvedLately, SignInNeeded
from atalaya.core.identity.ports import Request
from atalaya.core.identity.queries import policy
from atalaya.kernel.errors import AtalayaError, NotAllowed
from atalaya.ui import faults, htmx

log = structlog.get_logger(__name__)

CONSOLE = "/console/"
PROVE_AGAIN = "/sign-in/again/"
ACCOUNT = "/account/"


def keep_out(
    request: HttpRequest, _view: Callable[..., Any], _args: Any, _kwargs: Any
) -> HttpResponse | None:
    """The console is for people who are signed in and work here; the door is this one place."""
    known = cast(Request, request)
    if not request.path.startswith(CONSOLE):
        return None
    if known.person is None:
        return to_sign_in(request)
    if not known.actor.is_agent:
        return faults.forbidden(request)
    if policy().agents_need_second_factor and not known.open_session.second_factor:
        return HttpResponseRedirect(ACCOUNT)
    return None


def explain(request: HttpRequest, problem: Exception) -> HttpResponse | None:
    """Answer for an exception of a view. What nobody expected is left to ``broken``."""
    if not isinstance(problem, AtalayaError):
        return None
    if isinstance(problem, NotProvedLately):
        return to_sign_in(request, by=PROVE_AGAIN)
    nobody = getattr(request, "person", None) is None
    if isinstance(problem, SignInNeeded) or (nobody and isinstance(problem, NotAllowed)):
        return to_sign_in(request)
    if problem.status >= 500:
        log.warning("refused", code=problem.code, facts=problem.facts)
    return faults.refusal(request, problem)


def to_sign_in(request: HttpRequest, *, by: str = "") -> HttpResponse:
    """Lead a browser to the sign-in page and back to where it was."""
    partial = htmx.is_partial(request)
    back = request.get_full_path() if request.method == "GET" and not partial else ""
    back = back or htmx.came_from(request)
    address = f"{by or settings.LOGIN_URL}?{urlencode({'next': back})}"
    if partial:
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address, status=303)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was not ours, or that was open for very long."""
    log.warning("csrf_refused", reason=reason)
    return faults.page(
        request,
        403,
        _("This form is too old"),
        _("Go back, reload the page and send it again. Nothing was changed."),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A malformed request. One for a host name that is not ours gets no page: pages ask for it."""
    if isinstance(exception, DisallowedHost):
        said = _("This desk does not answer to that name. ATALAYA_HOSTS can add it.")
        return HttpResponse(said, status=400, content_type="text/plain; charset=utf-8")
    return faults.bad_request(request, exception)


# The names Django looks for in the root URL configuration.
forbidden = faults.forbidden
not_found = faults.not_found
broken = faults.server_error
