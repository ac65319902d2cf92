"""Adding and removing passkeys, the app for codes, and recovery codes."""

from __future__ import annotations

import base64

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from atalaya.core.identity.actions import factors
from atalaya.core.identity.agents import described
from atalaya.core.identity.errors import WrongPasskey
from atalaya.core.identity.portal import entering, passkeys
from atalaya.core.identity.portal.forms import CodeForm, PasskeyForm, PasskeyNameForm
from atalaya.core.identity.ports import Request
from atalaya.core.identity.queries import factors_of
from atalaya.kernel.errors import NotFound
from atalaya.ui.htmx import done, errors_into, form_again, render

SECRET = "atalaya_app_secret"  # noqa: S105 - the name under which the session keeps it meanwhile
CODES = "identity/portal/recovery_codes.html"
APP = "identity/portal/app.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def app(request: Request) -> HttpResponse:
    """Set up an app that shows codes: scan, then type the code it shows."""
    account = entering.fresh_account_of(request)
    secret = _secret_of(request)
    known = _to_scan(account, secret)
    if request.method != "POST":
        return render(request, APP, known, form=CodeForm())
    form = CodeForm(request.POST)
    if form.is_valid():
        with errors_into(form):
            code = "".join(form.cleaned_data["code"].split())
            codes = factors.add_app(account, secret=secret, code=code, by=request.actor)
            del request.session[SECRET]
            factors.note_second_factor(request.open_session.pk)
            return _added(request, codes)
    return form_again(request, APP, form, **known)


def _secret_of(request: Request) -> str:
    """The same secret until it is used or the session ends; encrypted where sessions are kept."""
    adapter = get_adapter()
    if SECRET not in request.session:
        request.session[SECRET] = adapter.encrypt(generate_totp_secret())
    return str(adapter.decrypt(request.session[SECRET]))


def _to_scan(account: object, secret: str) -> dict[str, str]:
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(account, secret))
    data = base64.b64encode(picture.encode()).decode()
    spaced = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return {"picture": f"data:image/svg+xml;base64,{data}", "secret": spaced}


def _added(request: Request, codes: list[str]) -> HttpResponse:
    """Show new recovery codes once; they are in this answer and nowhere else."""
    if codes:
        return render(request, CODES, codes=codes)
    return done(
        request, goto=reverse("portal:identity:account"), toast=_("Your second step is set up.")
    )


@require_POST
def passkey_options(request: Request) -> JsonResponse:
    """What the browser needs to make a passkey."""
    return JsonResponse(passkeys.challenge_to_register(entering.fresh_account_of(request)))


@never_cache
@require_POST
def add_passkey(request: Request) -> HttpResponse:
    """Keep the passkey that the browser made."""
    account = entering.fresh_account_of(request)
    form = PasskeyForm(request.POST)
    goto = reverse("portal:identity:account")
    if not form.is_valid() or not isinstance(form.cleaned_data["credential"], dict):
        problem = WrongPasskey()
        page = "identity/portal/passkey_failed.html"
        return render(request, page, problem=problem, goto=goto, status=422)
    credential = passkeys.registered(form.cleaned_data["credential"])
    name = form.cleaned_data["name"] or described(request.headers.get("User-Agent", ""))
    codes = factors.add_passkey(account, name=name, credential=credential, by=request.actor)
    factors.note_second_factor(request.open_session.pk)
    return _added(request, codes)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rename_passkey(request: Request, factor_id: int) -> HttpResponse:
    """Call a passkey something else."""
    account = entering.account_of(request)
    found = next((one for one in factors_of(account).passkeys if one.id == factor_id), None)
    if found is None:
        raise NotFound
    page = "identity/portal/rename_passkey.html"
    if request.method != "POST":
        return render(request, page, form=PasskeyNameForm(initial={"name": found.name}))
    form = PasskeyNameForm(request.POST)
    if form.is_valid():
        factors.rename_passkey(account, factor_id, form.cleaned_data["name"], by=request.actor)
        return done(request, goto=reverse("portal:identity:account"), toast=_("Saved."))
    return form_again(request, page, form)


@require_POST
def remove(request: Request, factor_id: int) -> HttpResponse:
    """Remove a passkey or the app."""
    account = entering.fresh_account_of(request)
    factors.remove_factor(account, factor_id, by=request.actor)
    return done(request, goto=reverse("portal:identity:account"), toast=_("Removed."))


@never_cache
@require_POST
def recovery_codes(request: Request) -> HttpResponse:
    """Make new recovery codes; the ones before stop working."""
    account = entering.fresh_account_of(request)
    if not factors_of(account).needed:
        raise NotFound
    return _added(request, factors.make_recovery_codes(account, by=request.actor))
