"""Asks an observatory what Schemathesis makes of its schema: queries and mutations over all root fields, as every caller.

python run.py [--examples N] [--rounds N | --seconds N] [--seed N] ADDRESS NAME=TOKEN...

A caller without a token (`public=`) is the public. The observatory is changed by what is asked: it is one to throw away.
`examples` are those of a root field and a caller in one round; with `seconds`, rounds begin until they are over.
Nothing but the seed and the observatory's state decides what is asked. Acts that take tokens or data from the callers
come at the very end. Fails at a status, media type, shape or code that is not declared, at INTERNAL, and where a root
field was never executed.
"""

import argparse
import collections
import json
import pathlib
import shlex
import sys
import time
import zlib

import graphql
import hypothesis
import hypothesis.configuration
import requests
import schemathesis
from hypothesis import strategies
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

import documents
import words
from answers import PLAIN, RESPONSE, Judge

# Acts after which there is less to ask.
LAST = ["endAgreement", "withdrawRelease", "endReferent", "withdrawFromCharter", "revokeTokens"]
ACCEPTED = [None, "*/*", PLAIN, RESPONSE, f"{RESPONSE}, {PLAIN};q=0.9"]
PURPOSES = [None] * 20 + ["NEEDS_ANALYSIS", "URBAN_POLICY", "THEMATIC_STUDY"]
# Now and then, in place of those.
ODD = 0.02
# How many more rounds there are of root fields that were never executed.
AGAIN = 5
# Seconds after which no answer is one that hangs: the server ends its own at 20.
PATIENCE = 30
# Headers that a request is shown with.
SHOWN = ["Accept", "Accept-Language", "X-Purpose", "GraphQL-Require-Preflight", "Content-Type"]
# Letters of an address that every server takes.
LONGEST_ADDRESS = 8_000
# Refused before anything of a root field was executed, or of that field by everybody's rights.
UNREACHED = {"FORBIDDEN", "TOO_COMPLEX", "TIMED_OUT", "UNAVAILABLE"}


class Trial:
    """Everything that was asked, and what came of it."""

    def __init__(self, address, callers, seed):
        self.url, self.callers, self.seed = f"{address}/graphql", callers, seed
        self.session = requests.Session()
        self.session.trust_env = False
        self.schema = schemathesis.graphql.from_url(self.url, config=SchemathesisConfig())
        self.judge = Judge(self.schema.client_schema)
        self.words, self.models = words.Words(), words.Models()
        self.begin()
        self.sent, self.statuses = collections.Counter(), collections.Counter()
        self.codes = collections.defaultdict(collections.Counter)
        self.reached, self.slowest = set(), (0, "")
        # The shortest request of each fault.
        self.faults = {}

    def begin(self):
        """Learns what there is; what a caller may not be told is not there."""
        for caller, token in self.callers.items():
            headers, told = {"Authorization": f"Bearer {token}"} if token else {}, {}
            for field in words.KNOWN:
                query = {"query": f"{{ {field} }}"}
                answer = self.session.post(self.url, json=query, headers=headers, timeout=PATIENCE)
                if answer.status_code == 401:
                    sys.exit(f"{caller}: {answer.text}")
                told |= answer.json().get("data") or {}
            self.words.begin(caller, told)

    def fields(self, last):
        """Root fields, those that take something away left out or alone."""
        operations = [result.ok() for result in self.schema.get_all_operations()]
        if not last:
            return [operation for operation in operations if operation.definition.field_name not in LAST]
        named = {operation.definition.field_name: operation for operation in operations}
        return [named[name] for name in LAST]

    def round(self, number, examples, last=False, unreached=False):
        for operation in self.fields(last):
            if unreached and operation.label in self.reached:
                continue
            for caller in self.callers:
                self.ask_all(operation, caller, examples, f"{self.seed} {number} {operation.label} {caller}")

    def ask_all(self, operation, caller, examples, seed):
        """Asks as many examples of one root field as one caller."""
        modes = [GenerationMode.POSITIVE] * 4 + [GenerationMode.NEGATIVE]
        cases = strategies.sampled_from(modes).flatmap(lambda mode: operation.as_strategy(generation_mode=mode))

        @hypothesis.seed(zlib.crc32(seed.encode()))
        @hypothesis.settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=cases, random=strategies.randoms(use_true_random=True))
        def ask(case, random):
            self.ask(operation, caller, case, random)

        ask()

    def ask(self, operation, caller, case, random):
        """Asks one document, and keeps what is wrong with the answer."""
        text, variables, files = case.body, {}, []
        if case.meta.generation.mode.is_positive:
            text, variables, files = self.made(text, caller, random)
        request, accepted = self.request(operation, caller, text, variables, files, random)
        begun = time.monotonic()
        try:
            answer = self.session.send(request, timeout=PATIENCE)
            faults, codes, body = self.judge.faults(answer, accepted)
            self.statuses[answer.status_code] += 1
        except requests.RequestException as error:
            faults, codes, body = [f"no answer: {type(error).__name__}"], [], None
        took = time.monotonic() - begun
        label = operation.label
        self.slowest = max(self.slowest, (took, label))
        self.sent[label, caller] += 1
        self.codes[label].update(codes)
        data = body and body.get("data")
        if data is not None and not UNREACHED & set(codes):
            self.reached.add(label)
        self.words.learn(data)
        for fault in faults:
            shown = curl(request, caller)
            known = self.faults.get((label, fault))
            if known is None:
                print(f"{fault}, of {label}\n{shown}", file=sys.stderr)
            if known is None or len(shown) < len(known):
                self.faults[label, fault] = shown

    def made(self, text, caller, random):
        likelier = documents.Likelier(self.words, self.models, caller, random)
        return documents.made(text, self.schema.client_schema, likelier, random)

    def request(self, operation, caller, text, variables, files, random):
        """A request of a document by POST or GET, and the media types that it accepts."""
        headers = {"Accept-Language": random.choice(["fr", "en"])}
        accepted = "text/html" if random.random() < ODD else random.choice(ACCEPTED)
        purpose = "CURIOSITY" if random.random() < ODD else random.choice(PURPOSES)
        token = self.callers[caller]
        asked = {"Accept": accepted, "X-Purpose": purpose, "Authorization": token and f"Bearer {token}"}
        headers |= {name: value for name, value in asked.items() if value}
        body = {"query": text, "variables": variables}
        if files:
            headers["GraphQL-Require-Preflight"] = "1"
            parts = {"operations": json.dumps(body)}
            parts["map"] = json.dumps({str(index): [f"variables.{name}"] for index, (name, _) in enumerate(files)})
            sent = {str(index): (name, words.FILES[name]) for index, (_, name) in enumerate(files)}
            return requests.Request("POST", self.url, headers, sent, parts).prepare(), accepted
        if random.random() < (0.25 if operation.definition.is_query else ODD):
            parameters = {"query": text, "variables": json.dumps(variables)}
            request = requests.Request("GET", self.url, headers, params=parameters).prepare()
            if len(request.url) < LONGEST_ADDRESS:
                return request, accepted
        # Lone halves of letters are escaped: what is sent is UTF-8.
        data = json.dumps(body).encode()
        headers["Content-Type"] = PLAIN
        return requests.Request("POST", self.url, headers, data=data).prepare(), accepted

    def report(self):
        """Prints what was asked and what came of it; whether all held."""
        names = list(self.callers)
        width = max((len(label) for label, _ in self.sent), default=0)
        print(f"{'requests':{width}}  {'  '.join(names)}  codes")
        labels = list(dict.fromkeys(label for label, _ in self.sent))
        for label in labels:
            counts = "  ".join(f"{self.sent[label, name]:{len(name)}}" for name in names)
            codes = ", ".join(f"{code} {count}" for code, count in self.codes[label].most_common())
            print(f"{label:{width}}  {counts}  {codes}")
        totals = sum(self.codes.values(), collections.Counter())
        print(f"{self.sent.total()} requests, seed {self.seed}; statuses: {dict(sorted(self.statuses.items()))}")
        print(f"slowest: {self.slowest[0]:.1f} s, {self.slowest[1]}")
        print("codes seen:", ", ".join(f"{code} {count}" for code, count in sorted(totals.items())))
        for (label, fault), shown in self.faults.items():
            print(f"\nFAULT in {label}: {fault}\n{shown}")
        never = [label for label in labels if label not in self.reached]
        if never:
            print("\nFAULT: never executed:", ", ".join(never))
        return not self.faults and not never


def curl(request, caller):
    """A request as somebody types it in a shell; the token is that of the caller."""
    words = ["curl", "-X", request.method, request.url]
    for name in SHOWN:
        if name in request.headers:
            words += ["-H", f"{name}: {request.headers[name]}"]
    typed = shlex.join(words)
    if "Authorization" in request.headers:
        typed += f' -H "Authorization: Bearer ${caller}"'
    if not request.body:
        return typed
    if is_typed(request.body):
        return f"{typed} --data-binary {shlex.quote(request.body.decode())}"
    # Bytes that nobody types are written as printf reads them.
    escaped = "".join(
        chr(byte) if is_typed([byte]) and byte not in b"\\%" else f"\\{byte:03o}" for byte in request.body
    )
    return f"printf -- {shlex.quote(escaped)} | {typed} --data-binary @-"


def is_typed(body):
    return all(32 <= byte < 127 for byte in body)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("callers", nargs="+", metavar="NAME=TOKEN")
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    # What is kept between runs stays beside the packages.
    hypothesis.configuration.set_hypothesis_home_dir(pathlib.Path(sys.prefix) / "hypothesis")
    words.register_scalars()
    callers = {name: token or None for name, token in (one.split("=", 1) for one in asked.callers)}
    trial = Trial(asked.address, callers, asked.seed)
    until, number = time.monotonic() + asked.seconds, 0
    try:
        while number < asked.rounds or time.monotonic() < until:
            trial.round(number, asked.examples)
            number += 1
        # What was not executed by bad luck is asked again.
        for number in range(number, number + AGAIN):
            trial.round(number, asked.examples, unreached=True)
        trial.round(number, asked.examples, last=True)
    finally:
        held = trial.report()
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
