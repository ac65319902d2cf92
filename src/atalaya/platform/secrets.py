"""The desk's own secrets: made at first start, kept outside the database, readable by it alone."""

from __future__ import annotations

import os
import secrets as random
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from atalaya.platform.errors import PlatformError
from atalaya.platform.words import gettext as _

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

# The cipher is imported where it is used: the process that only keeps the others up never needs it.


class SecretsAreUnreadable(PlatformError):
    """A secret's file is there, but this user may not read it."""


class NotOurSecret(PlatformError):
    """Something was encrypted with a key that this desk does not have."""


def keep(folder: Path, name: str, *, make: str) -> str:
    """The secret ``name`` of ``folder``; the very first time, ``make`` becomes that secret.

    Two processes that start at once get the same secret: the first complete file wins.
    """
    path = folder / name
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        pass
    except PermissionError as problem:
        raise SecretsAreUnreadable(
            _("The secret in %(path)s cannot be read. Start Atalaya as the user who owns it."),
            path=path,
        ) from problem
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = folder / f".{name}.{os.getpid()}.{random.token_hex(4)}"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(make + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(beside, path)  # unlike a rename, it never replaces the winner's file
        except FileExistsError:
            return path.read_text("ascii").strip()
    finally:
        beside.unlink()
    return make


@dataclass(frozen=True)
class Secrets:
    """The secrets of one desk. What is given comes before what is kept in the folder."""

    folder: Path
    given_secret_key: str = ""
    given_field_key: str = ""
    given_mail_key: str = ""

    @cached_property
    def secret_key(self) -> str:
        """Signs sessions and links."""
        return self.given_secret_key or keep(
            self.folder, "secret_key", make=random.token_urlsafe(50)
        )

    @cached_property
    def mail_key(self) -> str:
        """Signs the reply addresses of outgoing mail."""
        return self.given_mail_key or keep(self.folder, "mail_key", make=random.token_urlsafe(32))

    @cached_property
    def field_key(self) -> str:
        """Encrypts what others entrust to us; several, newest first, are parted by commas."""
        from cryptography.fernet import Fernet

        return self.given_field_key or keep(
            self.folder, "field_key", make=Fernet.generate_key().decode("ascii")
        )

    @cached_property
    def _cipher(self) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(key.strip()) for key in self.field_key.split(",")])

    def encrypt(self, clear: str) -> str:
        """Encrypt a text for keeping it in the database."""
        return self._cipher.encrypt(clear.encode("utf-8")).decode("ascii")

    def decrypt(self, hidden: str) -> str:
        """Read what ``encrypt`` wrote, with this key or one of the older ones beside it."""
        from cryptography.fernet import InvalidToken

        try:
            return self._cipher.decrypt(hidden.encode("ascii")).decode("utf-8")
        except InvalidToken as problem:
            raise NotOurSecret(
                _(
                    "This secret was encrypted with another key. Put the old key back behind the "
                    "new one (ATALAYA_FIELD_KEY=new,old), or enter the secret again."
                )
            ) from problem
