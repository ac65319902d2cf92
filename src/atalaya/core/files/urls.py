"""Where files are fetched, for every face alike."""

from __future__ import annotations

from django.urls import path

from atalaya.core.files import views

app_name = "files"

urlpatterns = [
    path("files/<int:pk>/", views.download, name="download"),
    path("files/<int:pk>/<str:name>", views.download, name="named"),
]
