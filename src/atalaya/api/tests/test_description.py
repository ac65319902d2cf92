"""The OpenAPI document is what was accepted, and the API does what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from atalaya.ui.api import In, Out

if TYPE_CHECKING:
    from atalaya.testing.snapshots import Snapshots


@pytest.fixture
def document(db: None, client: Client) -> Any:
    """The description as it is served."""
    return client.get("/api/v1/openapi.json").json()


def operations(document: Any) -> list[tuple[str, str, Any]]:
    return [
        (method, path, one)
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    ]


def test_the_description_is_the_one_that_was_accepted(document: Any, snapshots: Snapshots) -> None:
    # Accept a change with --update-snapshots; what goes needs a line in changes/*.removed.md.
    snapshots.json("openapi.json", document)


def test_it_is_openapi_3_1_with_one_name_for_each_operation(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    names = [one["operationId"] for _method, _path, one in operations(document)]
    assert len(names) == len(set(names))


def test_every_operation_is_explained_and_guarded(document: Any) -> None:
    for _method, path, one in operations(document):
        assert one["summary"], path
        assert one["description"], path
        assert one["security"] == [{"Key": []}], path
        assert "4XX" in one["responses"], path


def test_every_post_takes_an_idempotency_key(document: Any) -> None:
    for method, path, one in operations(document):
        taken = {parameter["name"] for parameter in one["parameters"]}
        assert ("Idempotency-Key" in taken) == (method == "post"), path


def test_no_two_shapes_share_a_name(document: Any) -> None:
    # By name one would stand for the other in the description.
    found = [*every(In), *every(Out)]
    names = [one.__name__ for one in found]
    assert sorted(names) == sorted(set(names))
    assert "Kind" not in document["components"]["schemas"]


def every(kind: type[Any]) -> list[type[Any]]:
    return [one for below in kind.__subclasses__() for one in (below, *every(below))]


def test_people_read_it_without_anything_from_elsewhere(db: None, client: Client) -> None:
    page = client.get("/api/v1/docs").content.decode()
    assert "tickets_resolve" in page
    assert "https://" not in page.replace("https://desk.example.org", "")
