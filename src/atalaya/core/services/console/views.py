"""Services: what IT provides, with an owner and a team."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from atalaya.core.people.models import Actor, Person, Team
from atalaya.core.services.actions import save_service
from atalaya.core.services.models import Service
from atalaya.ui import htmx
from atalaya.ui.forms import Picker, picked
from atalaya.ui.texts import TextsField


class ServiceForm(forms.Form):
    """What is said of a service."""

    quiet_optional: ClassVar[bool] = True

    names = TextsField(label=_("Name"), max_length=120)
    descriptions = TextsField(label=_("What it is for"), rows=2, max_length=1000, required=False)
    owner = forms.CharField(
        label=_("Owner"), required=False, help_text=_("Answers for the service as a whole.")
    )
    team = forms.ChoiceField(
        label=_("Team"), required=False,
        help_text=_("Cases about the service go to it when their category names no other."),
    )  # fmt: skip
    weight = forms.TypedChoiceField(
        label=_("How much depends on it"), choices=Service.Weight.choices, coerce=int
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, data: Any, *, viewer: Actor, row: Service | None = None) -> None:
        initial: dict[str, Any] = {"weight": Service.Weight.NORMAL}
        if row is not None:
            names = ("names", "descriptions", "weight", "is_active")
            initial = {name: getattr(row, name) for name in names}
            initial |= {"owner": row.owner_id or "", "team": row.team_id or ""}
        super().__init__(data, initial=initial)
        self.viewer = viewer
        teams = Team.objects.visible_to(viewer).order_by("name")
        self._teams = {str(team.pk): team for team in teams}
        field = self.fields["team"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *((key, team.name) for key, team in self._teams.items())]
        self.fields["owner"].widget = Picker(
            src=reverse("console:people:options"), names=self._name
        )

    def _person(self, value: str) -> Person | None:
        return Person.objects.visible_to(self.viewer).filter(pk=picked(value)).first()

    def _name(self, value: str) -> str:
        return str(self._person(value) or "")

    def clean_owner(self) -> Person | None:
        """The chosen person, or nobody."""
        value = self.cleaned_data["owner"]
        person = self._person(value)
        if value and person is None:
            raise forms.ValidationError(_now("Choose somebody from the list."))
        return person

    def clean_team(self) -> Team | None:
        """The chosen team, or none."""
        return self._teams.get(self.cleaned_data["team"])


@require_GET
def index(request: Any) -> HttpResponse:
    """Every service, those that are not in use too."""
    request.actor.must("services.edit")
    rows = Service.objects.visible_to(request.actor).select_related("owner", "team").order_by("pk")
    return htmx.render(request, "services/console/list.html", {"rows": list(rows)})


def edit(request: Any, pk: int = 0) -> HttpResponse:
    """Add a service (no ``pk``), or change one."""
    request.actor.must("services.edit")
    row = Service.objects.visible_to(request.actor).filter(pk=pk).first() if pk else None
    if pk and row is None:
        raise Http404
    form = ServiceForm(request.POST or None, viewer=request.actor, row=row)
    address = reverse("console:services:list")
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            save_service(row, by=request.actor, **form.cleaned_data)
            return htmx.done(request, goto=address, toast=_now("Saved."))
    status = 422 if form.errors else 200
    context = {"form": form, "row": row, "back": address}
    return htmx.render(request, "services/console/edit.html", context, status=status)
