"""One's own API keys."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from atalaya.core.identity.actions.keys import make_key, revoke_key
from atalaya.core.identity.models import ApiKey
from atalaya.core.identity.portal import entering
from atalaya.core.identity.portal.forms import KeyForm
from atalaya.core.identity.ports import Request
from atalaya.core.identity.queries import policy, scopes_for
from atalaya.kernel.errors import NotFound
from atalaya.ui.htmx import done, errors_into, form_again, render

PAGE = "identity/portal/make_key.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: Request) -> HttpResponse:
    """Make an API key; the token is in the answer and nowhere else."""
    account = entering.fresh_account_of(request)
    request.actor.must("identity.make_keys")
    settled: dict[str, Any] = {"scopes": scopes_for(request.actor), "most": policy().key_days}
    if request.method != "POST":
        return render(request, PAGE, form=KeyForm(**settled))
    form = KeyForm(request.POST, **settled)
    if form.is_valid():
        with errors_into(form):
            key, token = make_key(account.person, by=request.actor, **form.cleaned_data)
            return render(request, "identity/portal/key_made.html", key=key, token=token)
    return form_again(request, PAGE, form)


@require_POST
def revoke(request: Request, key_id: int) -> HttpResponse:
    """End one of one's own keys."""
    person = entering.account_of(request).person
    key = ApiKey.objects.visible_to(request.actor).filter(pk=key_id, person=person).first()
    if key is None:
        raise NotFound
    revoke_key(key, by=request.actor)
    return done(request, goto=reverse("portal:identity:account"), toast=_("The key is revoked."))
