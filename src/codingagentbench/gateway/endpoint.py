"""Reading an endpoint's address and what it says about waiting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit, urlunsplit

from codingagentbench.core.errors import UsageError

_REMEDY = "give the base URL of an OpenAI-compatible API, e.g. https://host/v1"


def base_url(endpoint: str) -> str:
    """The address that paths like `/chat/completions` are added to; `/v1` is added when it is missing.

    A version part of another kind (`/api/v3`, `/v1beta/openai`) is kept as it stands.

    Raises:
        UsageError: not an http or https URL with a host, or one that holds a name, a query or a fragment.
    """
    try:
        parts = urlsplit(endpoint.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"not a URL: {error}", where="endpoint", remedy=_REMEDY) from None
    if parts.scheme not in ("http", "https") or not host:
        raise UsageError(f"{endpoint!r} is not an http or https URL", where="endpoint", remedy=_REMEDY)
    if parts.username or parts.password:
        raise UsageError("the URL holds a user or password", where="endpoint", remedy="give the key apart from it")
    if parts.query or parts.fragment:
        raise UsageError("the URL has a query or fragment", where="endpoint", remedy=_REMEDY)
    path = parts.path.rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc, path if _has_version(path) else f"{path}/v1", "", ""))


def _has_version(path: str) -> bool:
    return any(part[:1] == "v" and part[1:2].isdigit() for part in path.split("/"))


def host_of(url: str) -> str:
    """`host[:port]`, for messages."""
    return urlsplit(url).netloc


def retry_after_s(headers: Mapping[str, str], *, longest: float) -> float | None:
    """Seconds the endpoint asks to wait (a number or an HTTP date), at most `longest`; None when it does not."""
    text = headers.get("Retry-After", "").strip()
    if not text:
        return None
    try:
        wait = float(text)
    except ValueError:
        wait = _until(text)
    return min(wait, longest) if wait >= 0 else None  # Also false for NaN.


def _until(date: str) -> float:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return -1.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
