#!/usr/bin/env python3
"""metrics_check.py FILE: whether it is the text format that Prometheus reads,
and as we want it: each family once and together, its HELP and TYPE before it,
no sample twice, labels of known names only. The samples go to standard output,
one a line, labels in order."""
import re
import sys

SAMPLE = re.compile(
    r'(custsync_[a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\\\|\\"|\\n)*",?)*)\})?'
    r" ([0-9]+(?:\.[0-9]+)?)")
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')
KNOWN = {"job", "from", "to", "outcome", "code", "status", "account", "state",
         "version"}


def main(path):
    text = open(path, encoding="utf-8").read()
    assert text.endswith("\n"), "the last line does not end"
    helped, typed, done, seen = set(), set(), set(), set()
    last = None
    for line in text[:-1].split("\n"):
        if line.startswith("# "):
            _, word, name, rest = line.split(" ", 3)
            assert word in ("HELP", "TYPE") and rest, line
            kind = helped if word == "HELP" else typed
            assert name not in kind and name not in done, f"{line}: again"
            assert word == "HELP" or name in helped, f"{line}: no HELP before"
            assert word == "HELP" or rest in ("gauge", "counter"), line
            kind.add(name)
            continue
        match = SAMPLE.fullmatch(line)
        assert match, f"{line}: is no sample"
        name, labels, value = match.groups()
        assert name in typed, f"{line}: no TYPE before"
        assert not name.endswith("_total"), f"{line}: a gauge is no total"
        if name != last:
            assert name not in done, f"{line}: not with its family"
            done.add(name)
            last = name
        pairs = LABEL.findall(labels or "")
        names = [pair[0] for pair in pairs]
        assert set(names) <= KNOWN and len(set(names)) == len(names), line
        key = name + "{" + ",".join(f'{a}="{b}"' for a, b in sorted(pairs)) + "}"
        assert key not in seen, f"{line}: twice"
        seen.add(key)
        print(key, value)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except AssertionError as fault:
        sys.exit(f"{sys.argv[1]}: {fault}")
