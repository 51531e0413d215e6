"""The one way out: a socket that listens inside and is served from outside."""

from __future__ import annotations

import asyncio
import socket

import pytest
from test_sandbox_kit import needs_bwrap, nothing_left, shell

from codingagentbench.core.sandbox import Command
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import get_sandbox

CLIENT = """
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.send(b"hi")
print(s.recv(99).decode())
"""


async def talk(kind: str, answer: str) -> str:
    """One run of a client against a server of ours; gives what the client printed."""
    sandbox = get_sandbox(kind)
    port = sandbox.reserve_port()
    servers: list[asyncio.Server] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer.encode() + await reader.read(9))
        await writer.drain()
        writer.close()

    async def on_listen(sock: socket.socket) -> None:
        assert sock.getsockname() == ("127.0.0.1", port) and not sock.getblocking()
        servers.append(await asyncio.start_server(serve, sock=sock))

    command = Command(("python3", "-c", CLIENT, str(port)), (), cwd="/", listen_port=port)
    result = await sandbox.run(command, Limits(wall_s=15), on_listen=on_listen)
    servers[0].close()
    return result.stdout.decode().strip()


@needs_bwrap
async def test_reachable_inside_and_served_from_outside():
    assert await talk("local", "hello ") == "hello hi"
    assert nothing_left()


@needs_bwrap
async def test_eight_at_once_each_with_its_own_listener_on_the_same_port():
    answers = await asyncio.gather(*(talk("local", f"cell {n} ") for n in range(8)))
    assert answers == [f"cell {n} hi" for n in range(8)]
    assert nothing_left()


async def test_without_a_sandbox_on_a_port_of_the_host():
    assert await asyncio.gather(talk("none", "a "), talk("none", "b ")) == ["a hi", "b hi"]


@needs_bwrap
async def test_an_error_while_handing_over_leaves_nothing():
    async def broken(sock: socket.socket) -> None:
        sock.close()
        raise RuntimeError("gateway would not start")

    with pytest.raises(RuntimeError, match="gateway"):
        await shell("sleep 60", listen_port=31415, on_listen=broken)
    assert nothing_left()


@needs_bwrap
async def test_cancelled_at_any_moment_leaves_nothing():
    async def handed(sock: socket.socket) -> None:
        sock.close()

    for delay in (0, 0.001, 0.003, 0.005, 0.008, 0.02, 0.1):
        task = asyncio.create_task(shell("sleep 60", listen_port=31415, on_listen=handed))
        await asyncio.sleep(delay)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert nothing_left()
