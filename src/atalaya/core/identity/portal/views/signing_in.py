"""Signing in with a password, asking for a link, following it, the second step, signing out."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from atalaya.core.identity import jobs
from atalaya.core.identity.actions import factors, passwords, sessions, telling, trying
from atalaya.core.identity.actions.linking import follow_link
from atalaya.core.identity.errors import NoMessenger
from atalaya.core.identity.models import OneTimeLink
from atalaya.core.identity.portal import entering
from atalaya.core.identity.portal.forms import AddressForm, CodeForm, SignInForm
from atalaya.core.identity.ports import Request
from atalaya.core.identity.queries import factors_of, link_with, policy
from atalaya.kernel.errors import NotFound
from atalaya.ui.htmx import errors_into, form_again, render

Purpose = OneTimeLink.Purpose
PAGE = "identity/portal/sign_in.html"
LINK_PURPOSES = (Purpose.SIGN_IN, Purpose.INVITE)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: Request) -> HttpResponse:
    """Address and password; or a passkey, or a link instead."""
    goto = entering.safe(request, request.GET.get("next", ""))
    if request.method != "POST":
        if request.person is not None:
            return HttpResponseRedirect(goto or entering.home_of(request))
        return render(request, PAGE, form=SignInForm(), goto=goto, policy=policy())
    form = SignInForm(request.POST)
    if form.is_valid():
        with errors_into(form):
            account = passwords.sign_in_with_password(
                form.cleaned_data["email"],
                form.cleaned_data["password"],
                source=request.client_address,
            )
            return entering.arrive(request, account, method="password", goto=goto)
    return form_again(request, PAGE, form, goto=goto, policy=policy())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_link(request: Request) -> HttpResponse:
    """Mail a link to sign in. The answer is the same whether the address is known or not."""
    if not policy().links:
        raise NotFound
    return _ask(request, Purpose.SIGN_IN, "identity/portal/ask_for_link.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgot_password(request: Request) -> HttpResponse:
    """Mail a link to choose a (new) password, answered alike for every address."""
    return _ask(request, Purpose.PASSWORD, "identity/portal/forgot_password.html")


def _ask(request: Request, purpose: str, page: str) -> HttpResponse:
    goto = entering.safe(request, request.GET.get("next", ""))
    if not telling.can_send():
        raise NoMessenger
    if request.method != "POST":
        return render(request, page, form=AddressForm(), goto=goto)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return form_again(request, page, form, goto=goto)
    address = form.cleaned_data["email"].lower()
    with errors_into(form):
        _defer(request, address, purpose=purpose, goto=goto)
    told = {"address": address, "minutes": policy().link_minutes, "purpose": purpose}
    return render(request, "identity/portal/link_sent.html", told)


def _defer(request: Request, address: str, *, purpose: str, goto: str) -> None:
    """The link is made by a job: what happens here is the same for known and unknown addresses."""
    decided = policy()
    network = trying.network_of(request.client_address)
    minutes = decided.tries_minutes
    trying.refuse_after("link_network", network, most=decided.tries * 10, minutes=minutes)
    if trying.count_try("link", address, most=decided.tries, minutes=minutes):
        jobs.send_link.defer(
            address=address,
            purpose=purpose,
            language=(get_language() or "en").split("-")[0],
            goto=goto,
            source=request.client_address,
        )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: Request, token: str) -> HttpResponse:
    """Where a mailed link leads. Opening it changes nothing; its button signs in."""
    row = link_with(token, *LINK_PURPOSES)
    if row is None:
        return render(request, "identity/portal/link_not_good.html", status=410)
    if request.method != "POST":
        return render(request, "identity/portal/follow_link.html", address=row.email)
    account, row = follow_link(token, *LINK_PURPOSES)
    if request.open_session is not None and request.open_session.account_id == account.pk:
        sessions.note_proof(request.open_session.pk)
        return HttpResponseRedirect(
            entering.safe(request, row.goto) or reverse("portal:identity:account"), status=303
        )
    return entering.arrive(request, account, method="link", goto=row.goto)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: Request) -> HttpResponse:
    """The second step: a code from the app, a recovery code, or a passkey."""
    found = entering.pending(request)
    if found is None:
        return HttpResponseRedirect(reverse("portal:identity:sign_in"))
    account, kept = found
    page, known = "identity/portal/code.html", factors_of(account)
    if request.method != "POST":
        return render(request, page, form=CodeForm(), factors=known)
    form = CodeForm(request.POST)
    if form.is_valid():
        with errors_into(form):
            factors.check_code(account, form.cleaned_data["code"])
            return entering.enter(
                request, account, method=kept["method"], goto=kept["goto"], second_factor=True
            )
    return form_again(request, page, form, factors=known)


@require_POST
def sign_out(request: Request) -> HttpResponse:
    """End this session."""
    if request.open_session is not None:
        sessions.end_session(request.open_session.pk, by=request.actor, why="signed_out")
    logout(request)
    return HttpResponseRedirect("/", status=303)
