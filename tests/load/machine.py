"""What it was measured on, and what else went on there."""

import datetime
import os
import pathlib
import platform
import subprocess


def said(*command) -> str:
    return subprocess.run(list(map(str, command)), capture_output=True, text=True).stdout.strip()


def processor() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return " ".join(line.split(":", 1)[1].split())
    return platform.machine()


def memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def busy_seconds() -> float:
    """Processor time of everything on this machine since it started."""
    fields = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _, _, irq, softirq, *_ = map(int, fields)
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def own_seconds() -> float:
    """That of this program, and of the commands that it waited for."""
    return sum(os.times()[:4])


def load() -> float:
    """Processes that ran or waited to, over the last minute."""
    return os.getloadavg()[0]


def rows(binary, programs) -> list[tuple[str, str]]:
    rows = [
        ("day", datetime.date.today().isoformat()),
        ("machine", f"{os.cpu_count()} shared cores, {processor()}, {memory_gb():.0f} GB, Linux {platform.release()}"),
        ("server", f"{said(binary, '--version')}, release build"),
        ("program that asks", f"Python {platform.python_version()}, on the same machine"),
    ]
    if programs:
        rows.insert(3, ("database", said(programs / "postgres", "--version") + ", settings as they come, `fsync` included"))
    return rows
