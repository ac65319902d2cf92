"""Passkeys at the door, and proving again that it is oneself before a delicate change."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from atalaya.core.identity.actions import factors, passwords, sessions, trying
from atalaya.core.identity.errors import SignInNeeded, WrongPasskey
from atalaya.core.identity.models import Account, OpenSession
from atalaya.core.identity.portal import entering, passkeys
from atalaya.core.identity.portal.forms import CodeForm, PasskeyForm, PresentPasswordForm
from atalaya.core.identity.ports import Request
from atalaya.core.identity.queries import factors_of, policy
from atalaya.ui.htmx import errors_into, form_again, render

AGAIN = "identity/portal/again.html"
PASSKEY_FAILED = "identity/portal/passkey_failed.html"


@require_POST
def passkey_challenge(request: Request) -> JsonResponse:
    """A challenge for the browser: for the account that is known already, else for any passkey."""
    network = trying.network_of(request.client_address)
    decided = policy()
    trying.refuse_after(
        "challenge", network, most=decided.tries * 20, minutes=decided.tries_minutes
    )
    account = _known_account(request)
    options = passkeys.challenge_for(account) if account else passkeys.challenge_for_anybody()
    return JsonResponse(options)


def _known_account(request: Request) -> Account | None:
    if request.open_session is not None:
        known: OpenSession = request.open_session
        return known.account
    found = entering.pending(request)
    return found[0] if found else None


@never_cache
@require_POST
def sign_in_with_passkey(request: Request) -> HttpResponse:
    """Sign in with a passkey alone, or with one as the second step after a password."""
    goto = entering.safe(request, request.GET.get("next", ""))
    waiting = entering.pending(request)
    form = PasskeyForm(request.POST)
    try:
        account, factor = _answer(form, waiting[0] if waiting else None)
    except WrongPasskey as problem:
        passwords.note_failure(waiting[0] if waiting else None, why="passkey")
        return render(request, PASSKEY_FAILED, problem=problem, goto=goto, status=422)
    factors.note_passkey_use(factor)
    method = waiting[1]["method"] if waiting else OpenSession.Method.PASSKEY
    goto = waiting[1]["goto"] if waiting else goto
    return entering.enter(request, account, method=method, goto=goto, second_factor=True)


def _answer(form: PasskeyForm, account: Account | None) -> tuple[Account, Any]:
    credential = form.cleaned_data["credential"] if form.is_valid() else None
    if not isinstance(credential, dict):
        raise WrongPasskey
    if account is not None:
        return account, passkeys.answers_for(account, credential)
    account, factor = passkeys.account_that_answers(credential)
    if not account.may_sign_in:
        raise WrongPasskey
    return account, factor


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: Request) -> HttpResponse:
    """Prove again that it is oneself: with the password, a code, a passkey, or a link by mail."""
    account = entering.account_of(request)
    goto = entering.safe(request, request.GET.get("next", "")) or reverse("portal:identity:account")
    known: dict[str, Any] = {
        "goto": goto,
        "factors": factors_of(account),
        "has_password": account.has_usable_password(),
        "address": account.email,
        "links": policy().links,
    }
    if request.method != "POST":
        kind = PresentPasswordForm if known["has_password"] else CodeForm
        return render(request, AGAIN, known, form=kind())
    form = CodeForm(request.POST) if "code" in request.POST else PresentPasswordForm(request.POST)
    if form.is_valid():
        with errors_into(form):
            if isinstance(form, CodeForm):
                factors.check_code(account, form.cleaned_data["code"])
            else:
                passwords.check_present_password(account, form.cleaned_data["present"])
            sessions.note_proof(request.open_session.pk)
            return HttpResponseRedirect(goto, status=303)
    return form_again(request, AGAIN, form, **known)


@never_cache
@require_POST
def again_with_passkey(request: Request) -> HttpResponse:
    """The same with a passkey."""
    if request.open_session is None:
        raise SignInNeeded
    goto = entering.safe(request, request.GET.get("next", "")) or reverse("portal:identity:account")
    try:
        _account, factor = _answer(PasskeyForm(request.POST), request.open_session.account)
    except WrongPasskey as problem:
        passwords.note_failure(request.open_session.account, why="passkey")
        return render(request, PASSKEY_FAILED, problem=problem, goto=goto, status=422)
    factors.note_passkey_use(factor)
    sessions.note_proof(request.open_session.pk)
    return HttpResponseRedirect(goto, status=303)
