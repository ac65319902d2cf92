"""Roles: what each allows, in plain sentences made from what packages declare."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from atalaya.core.people.actions import remove_role, save_role
from atalaya.core.people.models import Role
from atalaya.kernel.plugs import PERMISSIONS
from atalaya.ui import htmx
from atalaya.ui.texts import TextsField


class RoleForm(forms.Form):
    """What a role is called and allows."""

    quiet_optional: ClassVar[bool] = True

    names = TextsField(label=_("Name"), max_length=80)
    permissions = forms.MultipleChoiceField(
        label=_("Whoever holds it may"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, data: Any, *, role: Role | None) -> None:
        initial = {"names": role.names, "permissions": role.permissions} if role else None
        super().__init__(data, initial=initial)
        field: Any = self.fields["permissions"]
        field.choices = sentences()


def sentences(names: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Permissions with their sentences, of practices that are on; only ``names`` if given."""
    wanted = None if names is None else set(names)
    found = [(one.name, str(one.sentence)) for one in PERMISSIONS]
    return sorted(pair for pair in found if wanted is None or pair[0] in wanted)


@require_GET
def index(request: Any) -> HttpResponse:
    """Every role with how many hold it."""
    request.actor.must("people.grant")
    roles = Role.objects.visible_to(request.actor).order_by("-is_builtin", "pk")
    rows = [(role, role.grants.count(), len(sentences(role.permissions))) for role in roles]
    return htmx.render(request, "people/console/roles.html", {"rows": rows})


def edit(request: Any, pk: int = 0) -> HttpResponse:
    """Add a role (no ``pk``), or change what one allows."""
    request.actor.must("people.grant")
    role = _role(request, pk) if pk else None
    form = RoleForm(request.POST or None, role=role)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            save_role(role, by=request.actor, **form.cleaned_data)
            return htmx.done(request, goto=_address(), toast=_now("Saved."))
    status = 422 if form.errors else 200
    context = {"form": form, "role": role, "back": _address()}
    return htmx.render(request, "people/console/role.html", context, status=status)


@require_POST
def remove(request: Any, pk: int) -> HttpResponse:
    """Delete a role nobody holds."""
    remove_role(_role(request, pk), by=request.actor)
    return htmx.done(request, goto=_address(), toast=_now("Removed."))


def _role(request: Any, pk: int) -> Role:
    row = Role.objects.visible_to(request.actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _address() -> str:
    return reverse("console:people:roles")
