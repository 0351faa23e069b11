"""A TCP proxy before servers of this machine: whatever passes, in either direction, comes later.

Run as ``python slow_link.py SECONDS NEAR:FAR ...``, a pair of ports for each server. Late it is
from the first SIGUSR1 on. A process of its own: a signal that stops it holds what is on its way.
"""

import asyncio
import signal
import sys
from asyncio import StreamReader, StreamWriter
from contextlib import suppress


async def carry(source: StreamReader, sink: StreamWriter, delays: list[float]) -> None:
    """Pass on one direction of a connection, a piece at a time, until its end."""
    with suppress(ConnectionError):
        while piece := await source.read(2**16):
            await asyncio.sleep(delays[-1])
            sink.write(piece)
            await sink.drain()
    sink.close()


async def link(near: int, far: int, delays: list[float]) -> None:
    async def join(source: StreamReader, sink: StreamWriter) -> None:
        other_source, other_sink = await asyncio.open_connection("127.0.0.1", far)
        ways = (source, other_sink), (other_source, sink)
        await asyncio.gather(*(carry(*way, delays) for way in ways))

    async with await asyncio.start_server(join, "127.0.0.1", near) as listening:
        await listening.serve_forever()


async def links(seconds: str, *pairs: str) -> None:
    delays = [0.0]
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, delays.append, float(seconds))
    ports = [pair.split(":") for pair in pairs]
    await asyncio.gather(*(link(int(near), int(far), delays) for near, far in ports))


if __name__ == "__main__":
    asyncio.run(links(*sys.argv[1:]))
