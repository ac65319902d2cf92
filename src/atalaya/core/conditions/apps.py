from __future__ import annotations

from django.apps import AppConfig


class ConditionsConfig(AppConfig):
    name = "atalaya.core.conditions"
    label = "conditions"
    default_auto_field = "django.db.models.BigAutoField"
