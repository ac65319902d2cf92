"""The query and the predicate of a condition agree, on random trees and random rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atalaya.core.conditions.folding import fold
from atalaya.core.conditions.ports import Context
from atalaya.core.conditions.queries import dump, parse, to_predicate, to_query
from atalaya.core.conditions.tests.probe import (
    FIELDS,
    Holder,
    Probe,
    ProbeTag,
    contexts,
    letters,
    rows,
    texts,
    trees,
)
from atalaya.core.conditions.tree import Condition, Not


@pytest.fixture(scope="module", autouse=True)
def probe_tables(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model in (Holder, Probe, ProbeTag):
                editor.create_model(model)
        yield
        with connection.schema_editor() as editor:
            for model in (ProbeTag, Probe, Holder):
                editor.delete_model(model)


def stored(row: dict[str, Any]) -> Probe:
    values = {key: row[key] for key in row if "holder" not in key and key != "tags"}
    if row["with_holder"]:
        values["holder"] = Holder.objects.create(
            subject=row["holder__subject"], rank=row["holder__rank"]
        )
    probe = Probe.objects.create(**values)
    ProbeTag.objects.bulk_create(ProbeTag(probe=probe, tag=tag) for tag in row["tags"])
    return probe


def in_memory(row: dict[str, Any], probe: Probe) -> dict[str, Any]:
    holder = None
    if row["with_holder"]:
        holder = {"subject": row["holder__subject"], "rank": row["holder__rank"]}
    probe.refresh_from_db()
    return {**row, "holder": holder, "custom": probe.custom, "pk": probe.pk}


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(rows, min_size=1, max_size=4),
    trees=st.lists(trees, min_size=3, max_size=8),
    context=contexts,
)
def test_query_and_predicate_choose_the_same_rows(
    rows: list[dict[str, Any]], trees: list[Condition], context: Context
) -> None:
    with transaction.atomic():
        held = [in_memory(row, stored(row)) for row in rows]
        for tree in trees:
            holds = to_predicate(tree, FIELDS, context)
            expected = {row["pk"] for row in held if holds(row)}
            found = Probe.objects.filter(to_query(tree, FIELDS, context))
            assert set(found.values_list("pk", flat=True)) == expected, (dump(tree), found.query)
            opposite = Probe.objects.filter(to_query(Not(tree), FIELDS, context))
            assert opposite.count() == len(held) - len(expected), dump(tree)
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.lists(st.one_of(texts, st.text(letters, max_size=40)), min_size=20, max_size=40))
def test_postgresql_folds_text_as_python_does(words: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT w, atalaya_fold(w) FROM unnest(%s::text[]) AS w", [words])
        assert cursor.fetchall() == [(word, fold(word)) for word in words]


@given(trees)
def test_a_tree_survives_its_json_form(tree: Condition) -> None:
    assert parse(dump(tree)) == tree
