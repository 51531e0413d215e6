"""Requests byte by byte over a socket: what no HTTP library would send."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass
class Answered:
    """A response as it came. `status` 0: the connection was closed without one."""

    status: int
    headers: dict[str, str]
    body: bytes


def connect(url: str, timeout: float = 20) -> socket.socket:
    """A connection to the server of a URL."""
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=timeout)


def send(url: str, request: bytes, timeout: float = 20) -> Answered:
    """Send bytes and read until the server closes."""
    with connect(url, timeout) as connection:
        connection.sendall(request)
        return read(connection)


def get(url: str, target: str, *headers: str, method: str = "GET") -> Answered:
    """One request with the target written exactly as given."""
    host = urlsplit(url).netloc
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close", *headers, "", ""]
    return send(url, "\r\n".join(lines).encode("utf-8", "surrogateescape"))


def read(connection: socket.socket) -> Answered:
    """Everything until the server closes."""
    data = b""
    try:
        while chunk := connection.recv(65536):
            data += chunk
    except ConnectionResetError:
        pass
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answered(int(first.split()[1]) if first else 0, headers, body)
