"""Where the server listens."""

from __future__ import annotations

import socket

from codingagentbench.core.errors import UsageError

_BACKLOG = 512


def bind(host: str, port: int, count: int = 1) -> list[socket.socket]:
    """Listening sockets on one address, one for each worker: the kernel spreads connections over them.

    Raises:
        UsageError: the address is in use, not of this machine, or not allowed.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        family, address = found[0], found[4]
        first = _listen(family, address, shared=False)
        if count == 1:
            return [first]
        address = (host, first.getsockname()[1], *address[2:])
        first.close()  # it proved that nobody else has the port, which a shared socket does not
        return [_listen(family, address, shared=True) for _ in range(count)]
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"cannot listen here ({reason})",
            where=f"{host}:{port}",
            remedy="choose another --port (0: any free one)",
        ) from error


def _listen(family: socket.AddressFamily | int, address: object, *, shared: bool) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(address)  # type: ignore[arg-type]  # as getaddrinfo gave it
        made.listen(_BACKLOG)
    except BaseException:  # whatever it is, nobody else will close it
        made.close()
        raise
    return made


def url_of(sock: socket.socket) -> str:
    """Where a browser finds it."""
    host, port = sock.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}/"
