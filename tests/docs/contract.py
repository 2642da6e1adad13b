"""contract/schema: what it says of messages, queries, answers and events holds for every call of the examples; every message and event
that the contract knows is described, with the same attributes, and has an example; and a changed example is one no more."""
import copy
import glob
import json
import os
import re
import sys

from json_schema import Schema

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TEE = "tee-policy.schema.json"
OTHERS = {"query.config", "event.instantiated"}  # of the contract as such
wrong = []


def read(path):
    with open(os.path.join(ROOT, path)) as f:
        return f.read()


class Half:
    """A schema with the examples of the same name."""

    def __init__(self, name):
        self.schema = Schema(json.loads(read(f"contract/schema/{name}.schema.json")), {TEE: json.loads(read(f"contract/schema/{TEE}"))})
        self.calls = json.loads(read(f"contract/schema/examples/{name}.json"))["calls"]
        self.described = {d for d in self.schema.top["$defs"] if "." in d}
        self.shown = set()

    def check(self, where, kind, name, value):
        self.shown.add(f"{kind}.{name}")
        if f"{kind}.{name}" not in self.described:
            wrong.append(f"{where}: {kind}.{name} is not described")
        elif not self.schema.good_as(value, f"{kind}.{name}"):
            wrong.append(f"{where}: {kind}.{name} is not as described: {json.dumps(value)[:200]}")

    def check_call(self, where, call):
        message = call["execute"] if "execute" in call else call["query"]
        (name, value), = message.items()
        self.check(where, "execute" if "execute" in call else "query", name, value)
        if "answer" in call:
            self.check(where, "answer", name, call["answer"])
        for event in call.get("events", []):
            attributes = {a["key"]: a["value"] for a in event["attributes"]}
            self.check(where, "event", event["type"], attributes)

    def check_changes(self, call):
        """Without a field, with one more, with null or a text in place of a number: described no more."""
        if "execute" not in call:
            return
        (name, value), = call["execute"].items()
        if f"execute.{name}" not in self.described:
            return
        for field in value:
            for change in (None, True, -1, 2**53, [], {}, KeyError):
                other = copy.deepcopy(value)
                other[field] = change
                if change is KeyError:
                    del other[field]
                if change != value[field] and self.schema.good_as(other, f"execute.{name}"):
                    wrong.append(f"execute.{name} may have {field} = {change}")
        if self.schema.good_as(dict(value, more=1), f"execute.{name}"):
            wrong.append(f"execute.{name} may have more")


def known():
    messages = read("contract/machine/message.def")
    events = re.findall(r'^UC_EVENT\((\w+), "([^"]*)"\)', read("contract/machine/event.def"), re.M)
    names = {f"{kind.lower()}.{name}" for kind, name in re.findall(r"^UC_(EXECUTE|QUERY)\((\w+),", messages, re.M)}
    return names - OTHERS, {f"event.{t}": a.split() for t, a in events if f"event.{t}" not in OTHERS}


def main():
    halves = [Half(os.path.basename(p)[:-5]) for p in sorted(glob.glob(os.path.join(ROOT, "contract/schema/examples/*.json")))]
    for half in halves:
        for i, call in enumerate(half.calls):
            half.check_call(f"call {i + 1}", call)
            half.check_changes(call)
        wrong.extend(f"{name} has no example" for name in half.described - half.shown)
    messages, events = known()
    described = set().union(*(h.described for h in halves))
    missing = (messages | set(events)) - described
    wrong.extend(f"{name} is not described" for name in missing)
    names = {n for n in described if not n.startswith("answer.")}
    wrong.extend(f"the contract knows no {name}" for name in names - messages - set(events))
    for half in halves:
        for name, attributes in events.items():
            if name in half.described and half.schema.top["$defs"][name]["required"] != attributes:
                wrong.append(f"{name} has other attributes: {attributes}")
    print("\n".join(wrong))
    print(f"{sum(len(h.calls) for h in halves)} calls, {len(described)} descriptions")
    sys.exit(1 if wrong else 0)


main()
