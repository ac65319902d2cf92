"""The fields of tickets that conditions ask about: views, rules, agreements, reports.

Paths start from ``WorkItem``, the row every one of these reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from atalaya.core.conditions.ports import Field, FieldKind, Related, field, more_fields
from atalaya.core.work.models import (
    Channel,
    CustomField,
    StateCategory,
    Turn,
    WorkItem,
)
from atalaya.kernel.errors import Words
from atalaya.kernel.languages import say
from atalaya.practices.tickets.models import State, Ticket

SUBJECT = "ticket"
Kind = CustomField.Kind
_CUSTOM = {
    Kind.TEXT: FieldKind.TEXT,
    Kind.LONG_TEXT: FieldKind.TEXT,
    Kind.URL: FieldKind.TEXT,
    Kind.NUMBER: FieldKind.NUMBER,
    Kind.BOOLEAN: FieldKind.BOOLEAN,
    Kind.DATE: FieldKind.DATE,
    Kind.CHOICE: FieldKind.CHOICE,
    Kind.TREE: FieldKind.CHOICE,
    Kind.MULTIPLE: FieldKind.CHOICES,
    Kind.PERSON: FieldKind.PERSON,
}


def _states() -> list[tuple[str, Words]]:
    return [(state.key, str(state)) for state in State.objects.filter(is_active=True)]


def _tags(item: WorkItem) -> list[str]:
    return [tag.name for tag in item.tags.all()]


def _choices_of(custom: CustomField) -> list[tuple[str, Words]]:
    """The choices of a custom field, those of a tree included, as keys with their words."""

    def walk(choices: Iterable[dict[str, Any]], above: str = "") -> Iterable[tuple[str, Words]]:
        for choice in choices:
            words = above + (say(choice.get("labels")) or str(choice["key"]))
            yield str(choice["key"]), words
            yield from walk(choice.get("children", ()), f"{words} / ")

    return list(walk(custom.choices))


_T, _P = _("Ticket"), _("People")
_FIELDS = [
    Field("number", FieldKind.NUMBER, _("Number"), "number", group=_T),
    Field("subject", FieldKind.TEXT, _("Subject"), "subject", group=_T),
    Field("kind", FieldKind.CHOICE, _("Kind"), "kind", group=_T,
          choices=lambda: [(str(key), words) for key, words in Ticket.Kind.choices]),
    Field("state", FieldKind.CHOICE, _("State"), "state", group=_T, choices=_states),
    Field("state_category", FieldKind.CHOICE, _("Stage"), "category_of_state", group=_T,
          choices=lambda: [(str(key), words) for key, words in StateCategory.choices]),
    Field("turn", FieldKind.CHOICE, _("Whose turn"), "turn", group=_T,
          choices=lambda: [(str(key), words) for key, words in Turn.choices]),
    Field("pending_reason", FieldKind.REFERENCE, _("Waiting for"), "pending_reason_id",
          refers_to="pending_reason", group=_T),
    Field("priority", FieldKind.NUMBER, _("Priority"), "priority", group=_T),
    Field("impact", FieldKind.NUMBER, _("Impact"), "impact", group=_T),
    Field("urgency", FieldKind.NUMBER, _("Urgency"), "urgency", group=_T),
    Field("category", FieldKind.REFERENCE, _("Category"), "category_id",
          refers_to="category", group=_T),
    Field("service", FieldKind.REFERENCE, _("Service"), "service_id",
          refers_to="service", group=_T),
    Field("tags", FieldKind.TAGS, _("Tags"), "pk", group=_T, read=_tags,
          related=Related(WorkItem.tags.through, "workitem_id", "tag__name")),
    Field("channel", FieldKind.CHOICE, _("Channel"), "channel", group=_T,
          choices=lambda: [(str(key), words) for key, words in Channel.choices]),
    Field("language", FieldKind.CHOICE, _("Language"), "language", group=_T),
    Field("confidential", FieldKind.BOOLEAN, _("Confidential"), "is_confidential", group=_T),
    Field("created", FieldKind.INSTANT, _("Created"), "created_at", group=_T),
    Field("updated", FieldKind.INSTANT, _("Changed"), "updated_at", group=_T),
    Field("first_answered", FieldKind.INSTANT, _("First answered"), "answered_at", group=_T),
    Field("resolved", FieldKind.INSTANT, _("Resolved"), "resolved_at", group=_T),
    Field("closed", FieldKind.INSTANT, _("Closed"), "closed_at", group=_T),
    Field("last_message", FieldKind.INSTANT, _("Last message"), "last_message_at", group=_T),
    Field("last_answer", FieldKind.INSTANT, _("Last answer"), "last_answer_at", group=_T),
    Field("waiting_since", FieldKind.INSTANT, _("Waiting since"), "waiting_since", group=_T),
    Field("reopenings", FieldKind.NUMBER, _("Times reopened"), "ticket__reopenings", group=_T),
    Field("team", FieldKind.TEAM, _("Team"), "team_id", group=_P),
    Field("tier", FieldKind.NUMBER, _("Tier of the team"), "team__tier", group=_P),
    Field("assignee", FieldKind.PERSON, _("Agent"), "assignee_id", group=_P),
    Field("requester", FieldKind.PERSON, _("Requester"), "requester_id", group=_P),
    Field("requester_is_vip", FieldKind.BOOLEAN, _("Requester is a VIP"), "requester__is_vip",
          group=_P),
    Field("department", FieldKind.TEXT, _("Department"), "requester__department", group=_P),
    Field("site", FieldKind.REFERENCE, _("Site"), "requester__site_id", refers_to="site",
          group=_P),
    Field("organisation", FieldKind.REFERENCE, _("Organisation"), "organisation_id",
          refers_to="organisation", group=_P),
]  # fmt: skip

for _field in _FIELDS:
    field(SUBJECT, _field, module=__name__)


@more_fields(SUBJECT)
def custom_fields() -> Iterable[Field]:
    """The fields an administrator declared, under ``custom.<key>``, but for external ones."""
    for custom in CustomField.objects.filter(is_active=True):
        kind = _CUSTOM.get(Kind(custom.kind))
        if kind is None:
            continue
        chosen = kind in (FieldKind.CHOICE, FieldKind.CHOICES)
        yield Field(
            f"custom.{custom.key}",
            kind,
            str(custom),
            "custom",
            json_key=custom.key,
            choices=partial(_choices_of, custom) if chosen else None,
            group=_("Custom fields"),
        )
