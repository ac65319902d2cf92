"""For the type checker, which needs no database."""

from __future__ import annotations

from atalaya.config.settings.base import *  # noqa: F403 - settings modules inherit this way
