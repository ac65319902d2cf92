"""Addresses are found by folder, and those of a practice that is off are unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from django.test import Client
from django.urls import URLResolver, resolve, reverse
from django.urls.exceptions import Resolver404

from atalaya.config import urls
from atalaya.core.people.models import SYSTEM, Person
from atalaya.core.preferences.actions import switch_practice


def namespaces(found: Sequence[object], before: str = "") -> set[str]:
    names: set[str] = set()
    for one in found:
        if isinstance(one, URLResolver):
            name = f"{before}{one.namespace}:" if one.namespace else before
            names |= {name.rstrip(":")} | namespaces(one.url_patterns, name)
    return names - {""}


def test_packages_with_pages_are_mounted_without_an_edit() -> None:
    known = namespaces(urls.urlpatterns)
    assert {"portal:identity", "portal:tickets", "console:tickets", "ui"} <= known
    assert "tickets" not in urls.__dict__


def test_the_pages_of_a_practice_that_is_off_are_not_found(
    omar: Person, browser_of: Callable[[Person | None], Client]
) -> None:
    address = reverse("console:tickets:new")
    client = browser_of(omar)
    assert client.get(address).status_code == 200
    switch_practice("tickets", by=SYSTEM, on=False)
    assert client.get(address).status_code == 404
    with pytest.raises(Resolver404):
        resolve(address)
    assert reverse("console:tickets:new") == address, "an address that is kept stays the same"
    switch_practice("tickets", by=SYSTEM, on=True)
    assert client.get(address).status_code == 200
