"""One connection of HTTP/1.1 that is kept open, and what comes back over it."""

import asyncio
import dataclasses
import json

# The server closes what is idle for 10 s: before that we open another one, so that none is lost by chance.
IDLE_AT_MOST = 8.0


@dataclasses.dataclass
class Request:
    """What is sent, but for the token."""

    method: str
    address: str
    body: bytes = b""

    @staticmethod
    def document(query: str, variables=None) -> "Request":
        body = {"query": query} | ({"variables": variables} if variables else {})
        return Request("POST", "/graphql", json.dumps(body).encode())

    def to_bytes(self, token: str | None, tag: str | None = None) -> bytes:
        lines = [
            f"{self.method} {self.address} HTTP/1.1",
            "Host: trial",
            "Accept-Language: en",
        ]
        if self.address.startswith("/graphql"):
            lines.append("Accept: application/graphql-response+json")
        if self.body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        if token:
            lines.append(f"Authorization: Bearer {token}")
        if tag:
            lines.append(f"If-None-Match: {tag}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body)


class Lost(Exception):
    """No whole answer came back."""


class Connection:
    def __init__(self, port: int):
        self.port, self.streams, self.used = port, None, 0.0

    def close(self):
        if self.streams:
            self.streams[1].close()
        self.streams = None

    async def ask(self, request: bytes, within: float) -> Answer:
        loop = asyncio.get_running_loop()
        if loop.time() - self.used > IDLE_AT_MOST:
            self.close()
        try:
            async with asyncio.timeout(within):
                if self.streams is None:
                    self.streams = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
                reader, writer = self.streams
                writer.write(request)
                answer = await self.read(reader)
        except TimeoutError:
            self.close()
            raise Lost(f"no answer within {within} s") from None
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, IndexError) as error:
            self.close()
            raise Lost(f"{type(error).__name__}: {error}") from None
        except asyncio.CancelledError:
            self.close()
            raise
        self.used = loop.time()
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        return answer

    async def read(self, reader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        status = int(first.split()[1])
        if status == 304:
            return Answer(status, headers, b"")
        if headers.get("transfer-encoding", "").lower() == "chunked":
            pieces = []
            while size := int((await reader.readline()).split(b";")[0], 16):
                pieces.append(await reader.readexactly(size))
                await reader.readexactly(2)
            await reader.readuntil(b"\r\n")
            return Answer(status, headers, b"".join(pieces))
        return Answer(status, headers, await reader.readexactly(int(headers.get("content-length", 0))))
