"""The wording of messages to people."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from atalaya.engines.channels.actions import save_template
from atalaya.engines.channels.console.forms import WordingForm
from atalaya.engines.channels.models import MessageTemplate
from atalaya.engines.channels.ports import MESSAGES, Message
from atalaya.kernel.languages import LANGUAGES
from atalaya.ui import htmx


@require_GET
def index(request: Any) -> HttpResponse:
    """Every message the desk sends, and which of them are worded anew."""
    request.actor.must("channels.configure")
    own = {row.key: row for row in MessageTemplate.objects.visible_to(request.actor)}
    context = {"messages": [(message, own.get(message.key)) for message in MESSAGES]}
    return htmx.render(request, "channels/console/wording.html", context)


def edit(request: Any, key: str) -> HttpResponse:
    """Word one message anew; the texts it came with stand beside the fields."""
    request.actor.must("channels.configure")
    message = MESSAGES.get(key)
    if message is None:
        raise Http404
    row = MessageTemplate.objects.visible_to(request.actor).filter(key=key).first()
    initial = {
        "subjects": row.subjects if row else {},
        "bodies": row.bodies if row else {},
        "is_active": row.is_active if row else True,
    }
    form = WordingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with htmx.errors_into(form):
            save_template(
                message,
                by=request.actor,
                subjects=given["subjects"],
                bodies=given["bodies"],
                active=given["is_active"],
            )
            goto = reverse("console:channels:wording")
            return htmx.done(request, goto=goto, toast=_("Saved."))
    context = {"message": message, "form": form, "came_with": _came_with(message)}
    status = 422 if form.errors else 200
    return htmx.render(request, "channels/console/word.html", context, status=status)


def _came_with(message: Message) -> list[tuple[str, str, str]]:
    found = []
    for code in LANGUAGES:
        with translation.override(code):
            found.append((code, str(message.subject), str(message.body)))
    return found
