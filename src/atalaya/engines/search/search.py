"""People can be found: by name, address, or phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Actor, Address, Person
from atalaya.engines.search.names import Name, Names
from atalaya.engines.search.ports import Match, Searchable, Shown, searchable


def _people(viewer: Actor) -> QuerySet[Person]:
    return Person.objects.visible_to(viewer).present()


def _show(viewer: Actor, matches: Sequence[Match]) -> Mapping[int, Shown]:
    rows = _people(viewer).filter(pk__in=[match.pk for match in matches])
    rows = rows.select_related("organisation").prefetch_related("addresses")
    return {
        row.pk: Shown(
            title=row.name,
            url=_page_of(row),
            text=row.address,
            detail=" · ".join(filter(None, [row.department, str(row.organisation or "")])),
        )
        for row in rows
    }


def _page_of(person: Person) -> str:
    try:
        return reverse("console:people:person", args=[person.pk])
    except NoReverseMatch:  # a desk without that page
        return ""


searchable(
    Searchable(
        key="person",
        label=_("People"),
        order=20,
        find=Names(_people, (Name(Person, "name"), Name(Address, "value", "person_id"))),
        show=_show,
        may=lambda viewer: viewer.may("people.see"),
    ),
    module=__name__,
)
