"""A throw-away place to run in: a folder, a PostgreSQL cluster of its own, instances of the server, the program's commands."""

import asyncio
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

# How long something may take to start before the trial gives up.
STARTS_WITHIN = 120.0


class Trouble(Exception):
    """Something of the trial itself failed: nothing can be said of the server."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


async def run(command, environment=None) -> str:
    """Runs a program to its end; what it printed."""
    # Away from this folder: whoever runs PostgreSQL may not read it.
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
        cwd="/",
    )
    told, wrong = await process.communicate()
    if process.returncode != 0:
        raise Trouble(f"{' '.join(map(str, command))}: {told.decode()}{wrong.decode()}")
    return told.decode()


class Cluster:
    """PostgreSQL as it comes, `fsync` included, on a port of its own."""

    def __init__(self, programs: pathlib.Path, folder: pathlib.Path):
        self.programs, self.data, self.log = programs, folder / "cluster" / "data", folder / "cluster" / "log"
        self.port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/observatoire"
        # PostgreSQL refuses to run as root.
        self.before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.data.parent.mkdir()
        if self.before:
            owner = pwd.getpwnam("postgres")
            os.chown(self.data.parent, owner.pw_uid, owner.pw_gid)

    async def program(self, name, *arguments) -> str:
        return await run([*self.before, self.programs / name, *arguments])

    async def create(self):
        await self.program("initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C")
        settings = f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
        with open(self.data / "postgresql.conf", "a") as file:
            file.write(settings)
        await self.start()
        await self.program("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "postgres", "observatoire")

    async def control(self, *arguments):
        # Its output goes nowhere: the server that it starts would keep a pipe open.
        process = await asyncio.create_subprocess_exec(
            *map(str, [*self.before, self.programs / "pg_ctl", *arguments, "-D", self.data, "-l", self.log, "-w"]),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            cwd="/",
        )
        if await process.wait() != 0:
            raise Trouble(f"pg_ctl {' '.join(arguments)} failed")

    async def start(self):
        await self.control("start")

    async def stop(self):
        await self.control("stop", "-m", "fast")

    async def restart(self):
        await self.control("restart", "-m", "fast")

    async def ask(self, sql: str) -> str:
        return (await self.program("psql", "-XwqAt", "-d", self.url, "-c", sql)).strip()


class Instance:
    """One server. Killed and started again it is another process at the same address."""

    def __init__(self, name: str, binary: pathlib.Path, folder: pathlib.Path, settings: dict):
        self.name, self.binary, self.port = name, binary, free_port()
        self.data, self.log = folder / name / "data", folder / name / "log"
        self.data.mkdir(parents=True)
        self.environment = {**os.environ, **settings}
        self.environment |= {"OBSERVATOIRE_DATA": str(self.data), "OBSERVATOIRE_LISTEN": f"127.0.0.1:{self.port}"}
        self.process = None
        self.seconds_of_ended = 0.0

    async def command(self, *arguments) -> str:
        return await run([self.binary, *arguments], self.environment)

    async def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment, cwd="/"
            )
        await self.ready()

    async def ready(self) -> float:
        """Waits until it says that it is ready; how long that took."""
        began = time.monotonic()
        while time.monotonic() - began < STARTS_WITHIN:
            if self.process.poll() is not None:
                raise Trouble(f"{self.name} ended by itself: {self.log.read_text()[-2000:]}")
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(b"GET /health/ready HTTP/1.1\r\nHost: trial\r\nConnection: close\r\n\r\n")
                answer = await asyncio.wait_for(reader.read(), 8)
                writer.close()
                if answer.startswith(b"HTTP/1.1 200"):
                    return time.monotonic() - began
            except (OSError, TimeoutError):
                pass
            await asyncio.sleep(0.05)
        raise Trouble(f"{self.name} is not ready after {STARTS_WITHIN} s")

    def kill(self):
        self.seconds_of_ended += self.seconds_of_process()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def seconds_of_process(self) -> float:
        """Processor time of the process that runs."""
        try:
            fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def seconds(self) -> float:
        """Processor time of all its processes."""
        return self.seconds_of_ended + self.seconds_of_process()

    def memory(self, which="VmRSS") -> int | None:
        """Resident memory in kB; `VmHWM` is the most that it ever was."""
        try:
            for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
                if line.startswith(which + ":"):
                    return int(line.split()[1])
        except OSError:
            pass
        return None

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Place:
    """Everything that is taken away at the end."""

    def __init__(self, binary: pathlib.Path, programs: pathlib.Path | None, names: list[str], settings: dict):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="observatoire-load."))
        self.folder.chmod(0o755)
        self.cluster = Cluster(programs, self.folder) if programs else None
        if self.cluster:
            settings = {**settings, "DATABASE_URL": self.cluster.url}
        self.instances = [Instance(name, binary, self.folder, settings) for name in names]

    async def begin(self):
        """Builds the demonstration with the first instance's keys, gives these to the others, starts all."""
        if self.cluster:
            await self.cluster.create()
        first, *others = self.instances
        await first.command("demo")
        # The issuer's key is made with the first token or start.
        await first.command("token", "--partner", "CAF21", "--role", "PROVIDER")
        for other in others:
            shutil.copytree(first.data / "keys", other.data / "keys")
        for instance in self.instances:
            await instance.start()

    async def end(self, keep: bool):
        for instance in self.instances:
            instance.stop()
        if self.cluster:
            try:
                await self.cluster.control("stop", "-m", "immediate")
            except Trouble:
                pass
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)


def programs_of_postgres() -> pathlib.Path | None:
    """The newest PostgreSQL of the usual folders, or the one on the path."""
    folders = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    found = [folder for folder in folders if (folder / "initdb").is_file()]
    if found:
        return found[-1]
    on_path = shutil.which("initdb")
    return pathlib.Path(on_path).parent if on_path else None
