"""What must hold of every answer, whatever was asked."""

import json
import pathlib
import re

ROOT = pathlib.Path(__file__).parents[2]

# What an answer may hold at most, in bytes.
LARGEST = 16 << 20
RESPONSE = "application/graphql-response+json"
PLAIN = "application/json"
# Partial success, as the draft of GraphQL over HTTP of 2026 has it.
PARTIAL = 294
# What stands for no error of an act.
DONE = "none"
# A row of the README's table of errors.
ROW = re.compile(r"^\| `([A-Z_]+)` \| (\d{3}|of a field) \|", re.MULTILINE)


def declared_codes():
    """Codes of errors, each with its status, none where it is that of a field."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.split("## Errors")[1].split("\n## ")[0]
    return {code: int(status) if status.isdigit() else None for code, status in ROW.findall(table)}


def declared_user_errors(schema):
    """Codes of what acts answer when they are not done."""
    enums = [schema.type_map[name] for name in ("CharterErrorCode", "UserErrorCode")]
    return {value for enum in enums for value in enum.values}


class Judge:
    """Holds answers against what is declared."""

    def __init__(self, schema):
        self.codes = declared_codes()
        self.user_errors = declared_user_errors(schema)

    def faults(self, answer, accepted):
        """What is wrong with an answer, the codes in it and what it says; `accepted` is what was asked for."""
        if len(answer.content) > LARGEST:
            return [f"{len(answer.content)} bytes"], [], None
        try:
            body = json.loads(answer.content)
        except ValueError:
            return [f"status {answer.status_code}, no JSON: {answer.content[:200]!r}"], [], None
        faults = list(misshapen(body))
        if faults:
            return faults, [], None
        errors = body.get("errors", [])
        codes = [error["extensions"]["code"] for error in errors]
        faults += [f"undeclared code {code}" for code in codes if code not in self.codes]
        faults += ["INTERNAL"] if "INTERNAL" in codes else []
        faults += self.status(answer, body, codes, accepted)
        told = list(user_errors(body.get("data")))
        faults += [f"undeclared code {code} in userErrors" for code in told if code not in {DONE, *self.user_errors}]
        return faults, codes + [f"userErrors.{code}" for code in told], body

    def status(self, answer, body, codes, accepted):
        """Faults of the status, the media type and the headers that go with it."""
        status, prefers = answer.status_code, (accepted or "").startswith(RESPONSE)
        if "data" in body:
            expected = PARTIAL if codes and prefers else 200
            media = RESPONSE if prefers else PLAIN
        else:
            # An error of a field has no status of its own, unless the request is refused for it.
            expected, media = self.codes.get(codes[0]) or 403, RESPONSE
        if status != expected:
            yield f"status {status} with {codes[:3] or 'no errors'}, not {expected}"
        kind = answer.headers.get("content-type", "none").replace("; charset=utf-8", "")
        if kind != media:
            yield f"media type {kind} with status {status}, not {media}"
        if status in (429, 503) and "retry-after" not in answer.headers:
            yield f"status {status} without Retry-After"


def misshapen(body):
    """What of an answer is not as GraphQL has it."""
    if not isinstance(body, dict) or not body.keys() <= {"data", "errors", "extensions"}:
        yield "no answer of GraphQL"
        return
    if not isinstance(body.get("data"), (dict, type(None))) or not isinstance(body.get("extensions", {}), dict):
        yield "data or extensions of another kind"
    errors = body.get("errors")
    if errors is None:
        if "errors" in body or body.get("data") is None:
            yield "neither data nor errors"
        return
    if not isinstance(errors, list) or not errors:
        yield "errors that are no list, or none"
        return
    for error in errors:
        well = isinstance(error, dict) and isinstance(error.get("message"), str) and error["message"]
        path = well and error.get("path", [])
        well = isinstance(path, list) and all(isinstance(step, (str, int)) for step in path)
        extensions = well and error.get("extensions")
        if not isinstance(extensions, dict) or not isinstance(extensions.get("code"), str):
            yield f"an error without message, path or code: {str(error)[:200]}"


def user_errors(told):
    """Codes of what acts answer when they are not done, and a word for those that are."""
    for payload in (told or {}).values():
        listed = payload.get("userErrors") if isinstance(payload, dict) else None
        if isinstance(listed, list):
            yield from [error["code"] for error in listed if isinstance(error.get("code"), str)] or [DONE]
