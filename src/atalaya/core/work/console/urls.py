"""Addresses of the lists an administrator keeps (namespace `console:work`)."""

from __future__ import annotations

from django.urls import path

from atalaya.core.work.console import audit, lists, matrix, tags
from atalaya.core.work.queries import LISTS

urlpatterns = [
    path("settings/priorities/", matrix.matrix, name="matrix"),
    path("settings/tags/", tags.index, name="tags"),
    path("settings/tags/<int:pk>/", tags.edit, name="tag"),
    path("settings/tags/<int:pk>/remove/", tags.remove, name="tag_remove"),
    path("settings/fields/<int:pk>/read/", lists.read_source, name="read_source"),
    path("settings/audit/", audit.index, name="audit"),
]
for word in LISTS:
    urlpatterns += [
        path(f"settings/{word}/", lists.index, {"name": word}, name=word),
        path(f"settings/{word}/new/", lists.edit, {"name": word, "pk": 0}, name=f"{word}_new"),
        path(f"settings/{word}/<int:pk>/", lists.edit, {"name": word}, name=f"{word}_edit"),
        path(
            f"settings/{word}/<int:pk>/remove/",
            lists.remove,
            {"name": word},
            name=f"{word}_remove",
        ),
    ]
