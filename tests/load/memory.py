"""Resident memory of instances, sampled each second."""

import asyncio
import statistics
import time

# What is left out at the beginning of a process: it grows into its caches.
WARM_AFTER = 60.0


class Memory:
    def __init__(self, instances):
        self.instances = instances
        # By instance and process: moments and MB.
        self.samples: dict[tuple[str, int], list[tuple[float, float]]] = {}

    async def watch(self):
        while True:
            for instance in self.instances:
                resident = instance.memory()
                if resident and instance.process.poll() is None:
                    key = (instance.name, instance.process.pid)
                    self.samples.setdefault(key, []).append((time.monotonic(), resident / 1000))
            await asyncio.sleep(1)

    def rows(self, began: float):
        """One row a process: name, from, to, MB at its first and last sample, most, MB a minute after it was warm (none where
        it did not run for long enough)."""
        for (name, _), samples in self.samples.items():
            first, last = samples[0], samples[-1]
            warm = [sample for sample in samples if sample[0] - first[0] >= WARM_AFTER]
            slope = None
            if len(warm) >= 30:
                slope = statistics.linear_regression([at / 60 for at, _ in warm], [size for _, size in warm]).slope
            yield name, first[0] - began, last[0] - began, first[1], last[1], max(size for _, size in samples), slope, warm
