"""A PostgreSQL that stops answering without closing a connection, as a frozen machine does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import make_url


@dataclass
class Freezer:
    """Stands before the server at `url`; between `freeze` and `thaw` nothing passes."""

    url: str
    _passes: asyncio.Event = field(default_factory=asyncio.Event)

    def freeze(self) -> None:
        self._passes.clear()

    def thaw(self) -> None:
        self._passes.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                await self._passes.wait()
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def freezer_before(database_url: str) -> AsyncIterator[Freezer]:
    """Thawed at first and at last."""
    behind = make_url(database_url)
    freezer = Freezer("")
    tasks: set[asyncio.Task[None]] = set()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = str(behind.query.get("host") or behind.host)
        port = behind.port or 5432
        there, back = await (
            asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
            if host.startswith("/")
            else asyncio.open_connection(host, port)
        )
        for work in (freezer.carry(reader, back), freezer.carry(there, writer)):
            task = asyncio.create_task(work)
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    url = behind.set(host="127.0.0.1", port=port, query={"sslmode": "disable"})
    freezer.url = url.render_as_string(hide_password=False)
    freezer.thaw()
    try:
        yield freezer
    finally:
        freezer.thaw()
        server.close()
        for task in tasks:
            task.cancel()
