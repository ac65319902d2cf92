"""For ``atalaya up``."""

from __future__ import annotations

from atalaya.config.settings.base import *  # noqa: F403 - settings modules inherit this way
