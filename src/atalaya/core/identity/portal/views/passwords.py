"""Choosing a password by a mailed link, and changing it."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from atalaya.core.identity.actions import passwords
from atalaya.core.identity.models import OneTimeLink
from atalaya.core.identity.portal import entering
from atalaya.core.identity.portal.forms import ChangePasswordForm, NewPasswordForm
from atalaya.core.identity.ports import Request
from atalaya.core.identity.queries import link_with
from atalaya.ui.htmx import done, errors_into, form_again, render


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: Request, token: str) -> HttpResponse:
    """Choose a password with a link from one's mail. Opening the page leaves the link as it is."""
    page = "identity/portal/choose_password.html"
    row = link_with(token, OneTimeLink.Purpose.PASSWORD)
    if row is None:
        return render(request, "identity/portal/link_not_good.html", status=410)
    if request.method != "POST":
        return render(request, page, form=NewPasswordForm(), address=row.email)
    form = NewPasswordForm(request.POST)
    if form.is_valid():
        with errors_into(form):
            account = passwords.choose_password_by_link(token, form.cleaned_data["password"])
            return entering.arrive(request, account, method="link", goto=row.goto)
    return form_again(request, page, form, address=row.email)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request) -> HttpResponse:
    """Change one's password, or choose the first; every other session ends."""
    account = entering.account_of(request)
    has_one = account.has_usable_password()
    if not has_one:
        entering.fresh_account_of(request)
    page, kind = "identity/portal/password.html", ChangePasswordForm if has_one else NewPasswordForm
    if request.method != "POST":
        return render(request, page, form=kind(), has_one=has_one)
    form = kind(request.POST)
    if form.is_valid():
        with errors_into(form):
            _change(request, form)
            return done(
                request,
                goto="/account/",
                toast=_("Your password is changed. Other sessions were ended."),
            )
    return form_again(request, page, form, has_one=has_one)


def _change(request: Request, form: NewPasswordForm) -> None:
    account = entering.account_of(request)
    if "present" in form.cleaned_data:
        passwords.check_present_password(account, form.cleaned_data["present"])
    passwords.set_password(
        account,
        form.cleaned_data["password"],
        by=request.actor,
        keep_session=request.open_session.pk,
    )
    entering.keep_signed_in(request, account)
