"""Why a database cannot be used, and the way out."""

from __future__ import annotations

from atalaya.platform.errors import PlatformError


class NoBinaries(PlatformError):
    """The embedded PostgreSQL is not installed."""


class NoAccount(PlatformError):
    """Root may not run PostgreSQL, and there is no other user to run it as."""


class FolderIsUnreachable(PlatformError):
    """PostgreSQL's user cannot walk to its folder."""


class FolderIsNotOurs(PlatformError):
    """Somebody else owns the cluster's folder."""


class ClusterIsOlder(PlatformError):
    """The data was written by another major version."""


class ServerDidNotStart(PlatformError):
    """PostgreSQL gave up; its last words are in the sentence."""


class ServerIsTooOld(PlatformError):
    """The given server is older than what we support."""


class ServerIsUnreachable(PlatformError):
    """The given server does not answer."""
