"""Browsers' sessions in the database, under a digest of their key.

Who reads the table, or a backup of it, finds no key that a browser could send.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Plain

from atalaya.kernel import clock


def kept_as(session_key: str | None) -> str:
    """What stands for a key in the table (which has room for 40 characters: 160 bits).

    >>> len(kept_as("k" * 32))
    40
    """
    return hashlib.sha256((session_key or "").encode()).hexdigest()[:40]


class SessionStore(Plain):
    """Named by the setting SESSION_ENGINE. The cookie has the key, the table its digest."""

    def _kept(self) -> Any:
        digest = kept_as(self.session_key)
        return self.model.objects.filter(session_key=digest, expire_date__gt=clock.now())

    def _get_session_from_db(self) -> Any:
        return self._found(self._kept().first())

    async def _aget_session_from_db(self) -> Any:
        return self._found(await self._kept().afirst())

    def _found(self, row: Any) -> Any:
        if row is None:
            self._session_key = None  # what is not ours is never taken over: a new key is made
        return row

    def exists(self, session_key: str) -> bool:
        """Whether a session has this key already."""
        return super().exists(kept_as(session_key))

    async def aexists(self, session_key: str) -> bool:
        """The same, in an event loop."""
        return await super().aexists(kept_as(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row, under the digest."""
        row = super().create_model_instance(data)
        row.session_key = kept_as(row.session_key)
        return row

    async def acreate_model_instance(self, data: dict[str, Any]) -> Any:
        """The same, in an event loop."""
        row = await super().acreate_model_instance(data)
        row.session_key = kept_as(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Forget a session, this one if no other is named."""
        if session_key or self.session_key:
            super().delete(kept_as(session_key or self.session_key))

    async def adelete(self, session_key: str | None = None) -> None:
        """The same, in an event loop."""
        if session_key or self.session_key:
            await super().adelete(kept_as(session_key or self.session_key))
