"""The lists an administrator keeps, in the settings."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from atalaya.core.people.models import Person
from atalaya.core.work.console.forms import choices_as_text, choices_from
from atalaya.core.work.models import Category, CustomField, PendingReason
from atalaya.core.work.queries import LISTS, priority_matrix


@pytest.mark.parametrize("name", list(LISTS))
def test_lists_are_for_administrators(
    browser_of: Any, max_: Person, omar: Person, name: str
) -> None:
    address = reverse(f"console:work:{name}")
    assert browser_of(max_).get(address).status_code == 200
    assert browser_of(omar).get(address).status_code == 403


def test_a_category_is_added_below_another(browser_of: Any, max_: Person) -> None:
    parent = Category.objects.filter(parent__isnull=True).first()
    assert parent is not None
    given = {"name_en": "Cameras", "name_es": "Cámaras", "parent": parent.pk, "position": 9,
             "is_active": "on"}  # fmt: skip
    browser_of(max_).post(reverse("console:work:categories_new"), given)
    added = Category.objects.get(names__en="Cameras")
    assert added.path["es"].endswith("/ Cámaras")


def test_a_reason_keeps_its_days(browser_of: Any, max_: Person) -> None:
    reason = PendingReason.objects.get(key="requester")
    address = reverse("console:work:reasons_edit", kwargs={"pk": reason.pk})
    given = {"name_en": "Waiting", "turn": "requester", "follow_up_days": "5, 2, 5",
             "position": 0, "is_active": "on"}  # fmt: skip
    assert browser_of(max_).post(address, given).status_code == 303
    reason.refresh_from_db()
    assert (reason.follow_up_days, reason.close_after_days) == ([2, 5], None)
    wrong = browser_of(max_).post(address, {**given, "follow_up_days": "soon"})
    assert wrong.status_code == 422


def test_a_field_with_choices_is_made(browser_of: Any, max_: Person) -> None:
    choices = "p1 | First | Primera\np2 | Second | Segunda"
    given = {"name_en": "Floor", "name_es": "Planta", "kind": "choice", "position": 0,
             "choices": choices, "is_active": "on"}  # fmt: skip
    answer = browser_of(max_).post(reverse("console:work:fields_new"), given)
    assert answer.status_code == 303
    made = CustomField.objects.get(key="floor")
    assert [choice["key"] for choice in made.choices] == ["p1", "p2"]


def test_a_tree_of_choices_reads_back_as_it_was_written() -> None:
    text = "a | One | Uno\n  b | Two | Dos\n    c | Three | Tres\nd | Four | Cuatro"
    choices = choices_from(text)
    assert [choice["key"] for choice in choices] == ["a", "d"]
    assert choices[0]["children"][0]["children"][0]["names"]["es"] == "Tres"
    assert choices_as_text(choices) == text


def test_the_matrix_is_set_as_a_whole(browser_of: Any, max_: Person) -> None:
    cells = {f"cell-{i}-{u}": "4" for i in (1, 2, 3) for u in (1, 2, 3)}
    address = reverse("console:work:matrix")
    assert browser_of(max_).post(address, {**cells, "cell-1-1": "2"}).status_code == 303
    assert priority_matrix()[(1, 1)] == 2
    assert browser_of(max_).post(address, {**cells, "cell-1-1": "7"}).status_code == 422
