#!/bin/bash
# The JSON Schema that editors use and our own loader must agree: every shipped
# file and all of mappings/good pass, all of mappings/bad fail. That the loader
# says so is tested in test_examples; here the schema is asked.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec python3 - "$here/.." <<'PYTHON'
import glob, json, os, re, sys

try:
    import jsonschema, yaml
except ImportError as missing:
    sys.exit(f"{missing}: apt-get install python3-jsonschema python3-yaml")


class Core(yaml.SafeLoader):
    """YAML 1.2 core as we read it: no, yes, dates and 007 stay text."""


Core.yaml_implicit_resolvers = {}
number = r"-?(?:0|[1-9][0-9]*)"
for tag, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", number, "-0123456789"),
    ("float", number + r"(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", "-0123456789"),
):
    Core.add_implicit_resolver(
        "tag:yaml.org,2002:" + tag, re.compile("^(?:" + pattern + ")$"),
        list(first))
# A key is its text, as in JSON.
plain = Core.construct_mapping
Core.construct_mapping = lambda self, node, deep=False: {
    key.value: self.construct_object(value, deep=True)
    for key, value in node.value}

top = sys.argv[1]
with open(top + "/mappings/schema.json") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
failed = 0


def check(pattern, good):
    global failed
    paths = sorted(glob.glob(top + "/" + pattern))
    if not paths:
        failed += 1
        print(f"{pattern}: no such file")
    for path in paths:
        with open(path) as file:
            tree = yaml.load(file, Loader=Core)
        faults = list(validator.iter_errors(tree))
        if bool(faults) == good:
            failed += 1
            print(f"{os.path.relpath(path, top)}:",
                  faults[0].message[:300] if faults else "is not refused")
            for part in faults[0].context[:5] if faults else []:
                print("   ", list(part.path), part.message[:200])


check("mappings/files/*.yaml", True)
check("mappings/providers/*.yaml", True)
check("tests/mappings/good/*", True)
check("tests/mappings/bad/*", False)
sys.exit(1 if failed else 0)
PYTHON
