"""Reading what programs send so that neither PostgreSQL nor Python chokes on it."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from atalaya.api.errors import BodyUnreadable
from atalaya.kernel.text import clean


class Reader(Parser):
    """JSON bodies and query strings without NUL, control characters and lone surrogates."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as JSON. Raises BodyUnreadable, also for nesting without end."""
        try:
            return cleaned(json.loads(request.body, parse_constant=_refuse))
        except (ValueError, RecursionError):
            raise BodyUnreadable from None

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> Any:
        """The values of a query string or a form."""
        found = super().parse_querydict(data, list_fields, request)
        return {key: cleaned(value) for key, value in found.items()}


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def cleaned(value: Any) -> Any:
    """``value`` with every text in it made safe to store."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [cleaned(one) for one in value]
    if isinstance(value, dict):
        return {clean(str(key)): cleaned(one) for key, one in value.items()}
    return value
