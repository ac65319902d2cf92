"""Addresses of the API. Everything, known or not, stands behind the same door."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from atalaya.api.door import door, unknown
from atalaya.api.manual import manual
from atalaya.api.v1 import version_1

patterns, app_name, namespace = version_1().urls
for pattern in patterns:
    assert isinstance(pattern, URLPattern)
    pattern.callback = door(pattern.callback, open_to_all=pattern.name == "openapi-json")
explained = path("docs", manual, name="docs")
nothing = re_path(r"^.*$", door(unknown, open_to_all=True), name="unknown")

urlpatterns = [path("", ([*patterns, explained, nothing], app_name, namespace))]
