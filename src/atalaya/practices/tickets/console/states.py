"""The states of tickets in the settings."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from atalaya.core.identity.ports import Request
from atalaya.core.work.models import StateCategory
from atalaya.practices.tickets.actions import save_state
from atalaya.practices.tickets.models import State, Ticket
from atalaya.practices.tickets.queries import all_states
from atalaya.ui import htmx


class StateForm(forms.Form):
    """A state."""

    quiet_optional: ClassVar[bool] = True

    name_en = forms.CharField(label=_("Name in English"), max_length=60)
    name_es = forms.CharField(label=_("Name in Spanish"), max_length=60)
    category = forms.ChoiceField(
        label=_("Meaning"),
        choices=StateCategory.choices,
        help_text=_("What clocks, queues and measures make of it. It cannot change later."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("For"),
        choices=Ticket.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: for all."),
    )
    next_states = forms.MultipleChoiceField(
        label=_("May be followed by"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: by any state."),
    )
    position = forms.IntegerField(label=_("Place in the list"), initial=0)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, state: State | None, **more: Any) -> None:
        if state is not None:
            more["initial"] = {
                "name_en": state.names.get("en", ""),
                "name_es": state.names.get("es", ""),
                "category": state.category,
                "kinds": state.kinds,
                "next_states": state.next_states,
                "position": state.position,
                "is_active": state.is_active,
            }
        super().__init__(*args, **more)
        fields: Any = self.fields
        fields["category"].disabled = state is not None
        others = [one for one in all_states() if state is None or one.pk != state.pk]
        fields["next_states"].choices = [(one.key, str(one)) for one in others]

    def values(self) -> dict[str, Any]:
        """What the action takes; a new state gets a key from its name."""
        found = dict(self.cleaned_data)
        found["names"] = {"en": found.pop("name_en"), "es": found.pop("name_es")}
        found["key"] = slugify(found["names"]["en"])[:40] or "state"
        return found


@require_GET
def index(request: Request) -> HttpResponse:
    """Every state, in order."""
    request.actor.must("work.lists")
    return htmx.render(request, "tickets/console/states.html", {"states": all_states()})


def edit(request: Request, pk: int) -> HttpResponse:
    """Add a state (``pk`` 0) or change one."""
    request.actor.must("work.lists")
    state = next((one for one in all_states() if one.pk == pk), None)
    if pk and state is None:
        raise Http404
    form = StateForm(request.POST or None, state=state)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            save_state(state, by=request.actor, **form.values())
            return htmx.done(request, goto=reverse("console:tickets:states"), toast=_now("Saved."))
    context = {"form": form, "title": str(state) if state else _now("New state")}
    status = 422 if form.errors else 200
    return htmx.render(request, "tickets/console/state.html", context, status=status)
