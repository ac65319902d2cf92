"""A table with a column of every kind, its fields, and random rows, tests and contexts for it."""

# ruff: noqa: DJ001, DJ008, DTZ001 - columns are nullable, rows nameless, and Hypothesis adds zones

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from hypothesis import strategies as st

from atalaya.core.conditions.operators import ME, MY_TEAMS, OPERATORS, UNITS
from atalaya.core.conditions.periods import PERIODS
from atalaya.core.conditions.ports import Context, Field, FieldKind, Related
from atalaya.core.conditions.stored import as_stored
from atalaya.core.conditions.tree import AllOf, AnyOf, Condition, Not, Test


class Holder(models.Model):
    """A row behind a nullable foreign key."""

    objects: ClassVar[models.Manager[Holder]] = models.Manager()
    subject = models.TextField(null=True)
    rank = models.IntegerField(null=True)

    class Meta:
        app_label = "conditions_probe"


class Probe(models.Model):
    """A row with one column of every kind."""

    objects: ClassVar[models.Manager[Probe]] = models.Manager()
    holder = models.ForeignKey(Holder, models.CASCADE, null=True)
    text = models.TextField(null=True)
    choice = models.CharField(max_length=20, null=True)
    number = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    whole = models.IntegerField(null=True)
    boolean = models.BooleanField(null=True)
    instant = models.DateTimeField(null=True)
    date = models.DateField(null=True)
    person = models.BigIntegerField(null=True)
    team = models.BigIntegerField(null=True)
    custom = models.JSONField(null=True)

    class Meta:
        app_label = "conditions_probe"


class ProbeTag(models.Model):
    objects: ClassVar[models.Manager[ProbeTag]] = models.Manager()
    probe = models.ForeignKey(Probe, models.CASCADE)
    tag = models.BigIntegerField()

    class Meta:
        app_label = "conditions_probe"


CHOICES = ["red", "green", "Ñandú"]
ZONES = ["UTC", "Europe/Madrid", "America/Santiago", "Asia/Kathmandu", "Australia/Lord_Howe"]
WORDS = [
    "",
    "Árbol",
    "arbol",
    "ARBOL roto",
    "50%_off",
    "a\\b",
    "Straße",
    "strasse",
    "ΣΊΣΥΦΟΣ",
    "σίσυφοσ",
    "İstanbul",
    "ﬁn",
    "Ørsted",
    "ñ",
    "n\u0303",
    "Москва",
    "москва",
]
MOMENTS = [
    dt.datetime(2026, 3, 29, 0, 59, 59, 999999, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 29, 1, 0, tzinfo=dt.UTC),
    dt.datetime(2025, 9, 7, 3, 30, tzinfo=dt.UTC),
    dt.datetime(2025, 12, 31, 23, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
]


def choices() -> list[tuple[str, str]]:
    return [(choice, choice) for choice in CHOICES]


def _tags(row: Any) -> list[int]:
    return list(row["tags"])


COLUMNS = [
    Field("text", FieldKind.TEXT, "", "text"),
    Field("holder_subject", FieldKind.TEXT, "", "holder__subject"),
    Field("holder_rank", FieldKind.NUMBER, "", "holder__rank"),
    Field("choice", FieldKind.CHOICE, "", "choice", choices=choices),
    Field("number", FieldKind.NUMBER, "", "number"),
    Field("whole", FieldKind.NUMBER, "", "whole"),
    Field("boolean", FieldKind.BOOLEAN, "", "boolean"),
    Field("instant", FieldKind.INSTANT, "", "instant"),
    Field("date", FieldKind.DATE, "", "date"),
    Field("person", FieldKind.PERSON, "", "person"),
    Field("team", FieldKind.TEAM, "", "team"),
    Field(
        "tags",
        FieldKind.TAGS,
        "",
        "pk",
        related=Related(ProbeTag, "probe_id", "tag"),
        read=_tags,
    ),
]
IN_JSON = [
    Field(
        f"custom_{kind}",
        kind,
        "",
        "custom",
        json_key=kind.value,
        choices=choices if kind in (FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.TAGS) else None,
    )
    for kind in FieldKind
]
FIELDS = {field.key: field for field in [*COLUMNS, *IN_JSON]}

letters = st.characters(exclude_characters="\x00", exclude_categories=["Cs", "Cn", "Co"])
texts = st.one_of(st.sampled_from(WORDS), st.text(letters, max_size=6))
whole = st.one_of(st.integers(-3, 3), st.integers(-(2**31), 2**31 - 1))
decimals = st.one_of(whole, st.decimals(-9, 9, places=2).map(float), st.sampled_from([0.1, 2.5]))
instants = st.one_of(
    st.sampled_from(MOMENTS),
    st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2028, 1, 1), timezones=st.just(dt.UTC)),
)
dates = st.one_of(
    st.sampled_from([dt.date(2026, 3, 29), dt.date(2025, 12, 31), dt.date(2026, 1, 1)]),
    st.dates(dt.date(2024, 1, 1), dt.date(2028, 1, 1)),
)
keys = st.integers(1, 4)
garbage = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 3),
    texts,
    st.just([]),
    st.just({"a": 1}),
    st.just([1, None]),
    st.just("2026-02-31T99:00:00.000000Z"),
    st.just("2026-99-31"),
)

JSON_VALUES: dict[FieldKind, st.SearchStrategy[Any]] = {
    FieldKind.TEXT: texts,
    FieldKind.CHOICE: st.sampled_from(CHOICES),
    FieldKind.CHOICES: st.lists(st.sampled_from([*CHOICES, 3]), max_size=3),
    FieldKind.TAGS: st.lists(st.sampled_from([*CHOICES, None]), max_size=3),
    FieldKind.NUMBER: decimals,
    FieldKind.BOOLEAN: st.booleans(),
    FieldKind.INSTANT: instants.map(as_stored),
    FieldKind.DATE: dates.map(as_stored),
    FieldKind.PERSON: keys,
    FieldKind.TEAM: keys,
    FieldKind.REFERENCE: keys,
}


@st.composite
def customs(draw: st.DrawFn) -> dict[str, Any]:
    found = {}
    for kind, values in JSON_VALUES.items():
        if draw(st.booleans()):
            found[kind.value] = draw(st.one_of(values, garbage))
    return found


rows = st.fixed_dictionaries(
    {
        "text": st.none() | texts,
        "holder__subject": st.none() | texts,
        "holder__rank": st.none() | whole,
        "with_holder": st.booleans(),
        "choice": st.none() | st.just("") | st.sampled_from(CHOICES),
        "number": st.none() | decimals.map(lambda n: Decimal(str(n))),
        "whole": st.none() | whole,
        "boolean": st.none() | st.booleans(),
        "instant": st.none() | instants,
        "date": st.none() | dates,
        "person": st.none() | keys,
        "team": st.none() | keys,
        "custom": st.one_of(st.none(), customs()),
        "tags": st.lists(keys, unique=True, max_size=3),
    }
)


def single_values(field: Field) -> st.SearchStrategy[Any]:
    match field.kind:
        case FieldKind.TEXT:
            return st.one_of(st.sampled_from(WORDS[1:]), st.text("abñÁ% ", min_size=1, max_size=3))
        case FieldKind.CHOICE | FieldKind.CHOICES:
            return st.sampled_from(CHOICES)
        case FieldKind.TAGS:
            return keys if field.related else st.sampled_from(CHOICES)
        case FieldKind.NUMBER:
            return decimals
        case FieldKind.BOOLEAN:
            return st.booleans()
        case FieldKind.INSTANT:
            aware = instants.map(lambda moment: moment.isoformat())
            return aware | st.sampled_from(["2026-03-29T02:30", "2025-09-07T00:00", "2026-01-01"])
        case FieldKind.DATE:
            return dates.map(lambda day: day.isoformat())
        case FieldKind.PERSON:
            return keys | st.just(ME)
        case FieldKind.TEAM:
            return keys | st.just(MY_TEAMS)
        case FieldKind.REFERENCE:
            return keys


@st.composite
def leaves(draw: st.DrawFn) -> Test:
    field = draw(st.sampled_from(list(FIELDS.values())))
    name = draw(st.sampled_from(sorted(OPERATORS[field.kind])))
    values = single_values(field)
    if name == "on_day":
        values = dates.map(lambda day: day.isoformat())
    units = ["days", "weeks"] if field.kind is FieldKind.DATE else sorted(UNITS)
    ends = values.filter(lambda value: value not in (ME, MY_TEAMS))
    value = {
        "none": st.none(),
        "one": values,
        "list": st.lists(values, min_size=1, max_size=3),
        "range": st.lists(ends, min_size=2, max_size=2),
        "span": st.fixed_dictionaries(
            {"amount": st.integers(1, 400), "unit": st.sampled_from(units)}
        ),
        "period": st.sampled_from(sorted(PERIODS)),
    }[OPERATORS[field.kind][name].shape]
    return Test(field.key, name, draw(value))


trees: st.SearchStrategy[Condition] = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=6,
)
contexts = st.builds(
    Context,
    now=instants,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    person_id=st.none() | keys,
    team_ids=st.frozensets(keys, max_size=2),
)
