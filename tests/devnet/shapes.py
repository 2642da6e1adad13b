"""Does a devnet answer as a real node does? Each question of asked.py, the node's recorded answer (wasmd.json) beside the
devnet's: the same members, the same kinds of values, the same codes and words. Run by itself it asks what needs no
transactions; tests/peers/devnet goes on with the rest after a life by CosmJS.

What may differ stands in DIFFERS, with its reason."""
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../cli"), HERE]
import asked  # noqa: E402
import devnet_kit  # noqa: E402
import kit  # noqa: E402

RECORDED = json.load(open(os.path.join(HERE, "wasmd.json"), encoding="utf-8"))

# (question, path in the answer): why. `words` are compared only where the node's are not Go's own.
GO = "the words are Go's JSON decoder's"
DIFFERS = {
    ("*", "/result/genesis/app_state"): "a chain's own",
    ("*", "/result/genesis/app_name"): "the SDK's own",
    ("*", "/result/genesis/app_version"): "the SDK's own",
    ("*", "/result/genesis/consensus"): "the SDK's own form",
    ("*", "/result/genesis/consensus_params"): "CometBFT's form",
    ("*", "/result/genesis/genesis_time"): "CometBFT's form",
    ("*", "/result/genesis/initial_height"): "text as in CometBFT's form, a number in the SDK's",
    ("*", "/result/genesis/validators"): "CometBFT's form",
    ("*", "/result/genesis/app_hash"): "null in the SDK's form",
    ("*", "/result/finalize_block_events"): "nothing is minted or staked here",
    ("*", "/result/consensus_param_updates"): "wasmd repeats the parameters in every block",
    ("*", "/result/tx_result/gas_used"): "an estimate here",
    ("*", "/result/node_info/channels"): "no peers here",
    ("simulate, no transaction", "/result/response/log"): "the words are Go's protobuf decoder's",
    ("contract, no address", "/result/response/log"): "the words are a bech32 library's",
    ("height as a number", "/error/data"): GO,
    ("height as a word", "/error/data"): GO,
    ("tx, no base64", "/error/data"): GO,
    ("data no hex", "/error/data"): GO,
    ("params a string", "/error/data"): GO,
    ("positional, too many", "/error/data"): GO,
}


def kind(text):
    if re.fullmatch(r"-?\d+", text):
        return "decimal"
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", text):
        return "time"
    if re.fullmatch(r"[0-9A-F]{40}|[0-9A-F]{64}", text):
        return f"hex of {len(text) // 2}"
    return "text"


def shape(x):
    """Members and kinds; a list's elements are of one shape together."""
    if isinstance(x, dict):
        return {k: shape(v) for k, v in x.items()}
    if isinstance(x, list):
        out = None
        for v in x:
            out = shape(v) if out is None else merge(out, shape(v))
        return [out] if x else []
    if isinstance(x, str):
        return kind(x)
    return type(x).__name__


def merge(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return {k: merge(a[k], b[k]) if k in a and k in b else a.get(k, b.get(k)) for k in {**a, **b}}
    if isinstance(a, list) and isinstance(b, list):
        return [merge(a[0], b[0])] if a and b else a or b
    return a if a == b or b == "NoneType" else b if a == "NoneType" else "text"


def same_words(a, b):
    return re.sub(r"\d+", "#", a) == re.sub(r"\d+", "#", b)


def differences(name, node, ours, path=""):
    """Where our answer is of another shape than the node's."""
    if (name, path) in DIFFERS or ("*", path) in DIFFERS:
        return []
    if isinstance(node, dict) and isinstance(ours, dict):
        out = [f"{path}/{k}: {'missing' if k in node else 'not there at the node'}" for k in sorted(set(node) ^ set(ours))
               if ("*", f"{path}/{k}") not in DIFFERS]
        for k in sorted(set(node) & set(ours)):
            out += differences(name, node[k], ours[k], f"{path}/{k}")
        return out
    if isinstance(node, list) and isinstance(ours, list):
        return differences(name, node[0], ours[0], path + "/*") if node and ours else []
    return [] if node == ours else [f"{path}: {ours}, at the node {node}"]


def compare(name, node, ours):
    out = differences(name, shape(node), shape(ours))
    for path in (("error", "code"), ("error", "message"), ("error", "data"), ("result", "response", "code"),
                 ("result", "response", "codespace"), ("result", "response", "log")):
        a, b = node, ours
        for step in path:
            a, b = (x.get(step, {}) if isinstance(x, dict) else {} for x in (a, b))
        where = "/" + "/".join(path)
        if (name, where) in DIFFERS or a == b:
            continue
        if not (isinstance(a, str) and isinstance(b, str) and same_words(a, b)):
            out.append(f"{where}: {b!r}, at the node {a!r}")
    counts = [x.get("result", {}).get("total_count") for x in (node, ours)]
    if counts[0] in ("0", "1") and counts[0] != counts[1]:
        out.append(f"/result/total_count: {counts[1]}, at the node {counts[0]}")
    return out


def report(case, part, answers):
    wrong = [f"{name}: {d}" for name in answers for d in compare(name, RECORDED[part][name], answers[name])]
    case.assertEqual(wrong, [], "\n" + "\n".join(wrong))


class Shapes(devnet_kit.Case):
    def test_methods_and_queries(self):
        d = self.devnet("--denom", "ustake")
        answers = asked.ask_each(d.url, asked.PLAIN)
        self.assertEqual(set(answers), set(RECORDED["plain"]))
        report(self, "plain", answers)

    def test_uris(self):
        answers = asked.ask_rest(self.devnet().url)["uris"]
        for name, ours in answers.items():
            node = RECORDED["uris"][name]
            self.assertEqual(ours["status"], node["status"], name)
            if node["text"].startswith("{"):
                a, b = json.loads(node["text"]), json.loads(ours["text"])
                self.assertEqual(a.get("id"), b.get("id"), name)
                self.assertEqual(a.get("error", {}).get("code"), b.get("error", {}).get("code"), name)
                if "result" in a:
                    self.assertEqual(compare(name, a, b), [], name)

    def test_bodies(self):
        answers = asked.ask_rest(self.devnet().url)["bodies"]
        for name, ours in answers.items():
            node = RECORDED["bodies"][name]
            self.assertEqual(ours["status"], node["status"], name)
            self.assertEqual(ours["text"] == "", node["text"] == "", name)
            if node["text"]:
                strip = lambda t: [{**e, "error": {**e["error"], "data": 0}} if "error" in e else e  # noqa: E731
                                   for e in (t if isinstance(t, list) else [t])]
                self.assertEqual(strip(json.loads(ours["text"])), strip(json.loads(node["text"])), name)


if __name__ == "__main__":
    kit.main()
