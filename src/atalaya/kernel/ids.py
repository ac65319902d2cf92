"""Identifiers and tokens that cannot be guessed, and short signatures that cannot be forged."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets


def new_token(size: int = 32) -> str:
    """A random, URL-safe token of ``size`` bytes of entropy."""
    return secrets.token_urlsafe(size)


def digest(token: str) -> str:
    """The hex SHA-256 of a token: what is kept of a secret that is shown once."""
    return hashlib.sha256(token.encode()).hexdigest()


def signature(key: bytes, *parts: str | int, size: int = 10) -> str:
    """A short lower-case signature of ``parts`` (base32, so it survives mail addresses).

    >>> signature(b"k", "reply", 7) == signature(b"k", "reply", 7)
    True
    """
    text = "\x1f".join(str(part) for part in parts)
    raw = hmac.new(key, text.encode(), hashlib.sha256).digest()[:size]
    return base64.b32encode(raw).decode().rstrip("=").lower()


def signed_by(key: bytes, given: str, *parts: str | int) -> bool:
    """Whether ``given`` is the signature of ``parts``, compared in constant time."""
    return hmac.compare_digest(given.lower().encode(), signature(key, *parts).encode())
