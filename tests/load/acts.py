"""What happens while everybody asks: the program's commands, and mutations."""

import asyncio
import csv
import json
import pathlib

from connection import Connection, Request
from place import Instance, Trouble

# What the grant is for; and a small source, of which a correction is planned in little time.
SOURCE, CORRECTED, YEAR = "CAF-ALLOC", "CCAS-AIDES", 2026
GRANT_OF_THE_DEMONSTRATION = "ACCORD-2026-COM-21166-CAF"
# Who withdraws from the charter, and signs again.
LEAVES = "CCAS-DIJON"
TERMS = f'sources: ["{SOURCE}"], finestLevel: IRIS, purposes: [URBAN_POLICY], unmasked: true, reason: "essai", until: "2027-06-30"'


def write_correction(delivery: pathlib.Path, correction: pathlib.Path):
    """The same file with every count doubled: its sums hold, and every number that is not zero is another one."""
    with open(delivery, newline="") as read, open(correction, "w", newline="") as written:
        rows = csv.reader(read, delimiter=";")
        to = csv.writer(written, delimiter=";", lineterminator="\n")
        head = next(rows)
        at = head.index("value")
        to.writerow(head)
        for row in rows:
            row[at] = str(2 * int(row[at]))
            to.writerow(row)


class Acts:
    def __init__(self, instances: list[Instance], tokens: dict, folder: pathlib.Path):
        self.instances, self.tokens = instances, tokens
        self.delivery, self.small, self.correction = (folder / name for name in (f"{SOURCE}-{YEAR}.csv", f"{CORRECTED}-{YEAR}.csv", "correction.csv"))
        self.folder, self.grant = folder, GRANT_OF_THE_DEMONSTRATION

    async def prepare(self):
        await self.instances[0].command("demo", "--deliveries", self.folder, "--year", YEAR)
        write_correction(self.small, self.correction)

    # Releases, by the commands.

    async def stage_and_plan(self, file) -> str:
        source = SOURCE if file == self.delivery else CORRECTED
        told = await self.instances[0].command("import", file, "--source", source)
        reference = told.split()[0]
        await self.instances[0].command("release", "plan", reference)
        return reference

    async def publish(self, reference):
        await self.instances[0].command("release", "publish", reference)

    async def withdraw(self, reference):
        await self.instances[0].command("release", "withdraw", reference)

    # The charter at work, by mutations.

    async def ask(self, instance: Instance, caller: str, query: str):
        connection = Connection(instance.port)
        try:
            answer = await connection.ask(Request.document(query).to_bytes(self.tokens[caller]), 25)
        finally:
            connection.close()
        told = json.loads(answer.body)
        if answer.status != 200 or told.get("errors"):
            raise Trouble(f"{query}: {answer.status} {answer.body[:1000]!r}")
        return told["data"]

    async def mutate(self, instance: Instance, caller: str, field: str, terms: str, selection="") -> dict:
        query = f"mutation {{ {field}(input: {{ {terms} }}) {{ userErrors {{ code message }} {selection} }} }}"
        payload = (await self.ask(instance, caller, query))[field]
        if payload["userErrors"]:
            raise Trouble(f"{query}: {payload['userErrors']}")
        return payload

    async def request_use(self, instance):
        payload = await self.mutate(instance, "grantee", "requestUse", TERMS, "useRequest { reference }")
        self.grant = payload["useRequest"]["reference"]

    async def decide(self, instance):
        await self.mutate(instance, "steward", "decideUse", f'reference: "{self.grant}", verdict: GRANT')

    async def revoke(self, instance):
        await self.mutate(instance, "steward", "revokeUse", f'reference: "{self.grant}", reason: "essai"')

    async def leave(self, instance):
        await self.mutate(instance, "operator", "withdrawFromCharter", f'partner: "{LEAVES}"')

    async def sign(self, instance):
        await self.mutate(instance, "operator", "signCharter", f'partner: "{LEAVES}"')

    async def opened(self, instance):
        """Waits until no release is examined any more for the grant that is in force."""
        query = "{ useRequests(first: 100, filter: { state: GRANTED }) { nodes { reference openings { state } } } }"
        for _ in range(240):
            nodes = (await self.ask(instance, "grantee", query))["useRequests"]["nodes"]
            states = [opening["state"] for node in nodes if node["reference"] == self.grant for opening in node["openings"]]
            if states and "AWAITED" not in states:
                return
            await asyncio.sleep(0.25)
        raise Trouble(f"{self.grant} is still examined after a minute")
