"""Examples within sentences: *{from: Mail}*, *skip: 2*, each made a file.

Where one belongs follows from its keys. Of a rule, the field does: *format* is
for times, *flags* for lists.
"""
import re

import yaml

# Words of a mapping file's outermost level; what else the file needs then.
TOP = {
    "format": "", "name": "", "recognise": "", "source": "", "encoding": "",
    "delimiter": "", "skip": "", "rows": "", "continues": "", "repair": "",
    "columns": "", "custom": "", "only": "", "require_any": "",
    "records": "format: xml\n",
}
CONDITION = {"column", "is", "not", "filled"}

# The field of a rule with that key; any other rule does for notes.
FIELDS = {
    "each": "contacts", "primary_from": "contacts", "flags": "tags",
    "needs": "accepts_marketing", "mobile_else": "mobile", "others": "mobile",
    "split": "tags", "values": "status", "default": "status",
    "region": "phone", "reads_as": "reference_id", "read": "updated_at",
    "part": "first_name", "match": "billing.city", "write": "billing.street",
}

GET = '"GET /v1/customers"'
# Words of a provider file: the block around them, by the first key.
AROUND = {
    "needs": "auth: {k: {headers: {X: '{pin}'}, %s}}",
    "strip_path": "sign: {key: '{pin}', base: '{path}', %s, "
                  "headers: {S: '{signature}'}}",
    "X-Time": "sign: {key: '{pin}', base: '{path}', headers: %s}",
    "Authorization": "auth: {k: {token: {url: 'https://x.example/t', body: "
                     "{a: b}}, access_token: t, headers: %s}}",
    "request": "get: {%s, items: data}",
    "query": f"get: {{request: {GET[:-1]}/{{id}}\", items: data, %s}}",
    "carries": f"list: {{request: {GET}, items: a, %s}}",
    "at": f"list: {{request: {GET}, items: a, changed: %s}}",
    "style": f"list: {{request: {GET}, items: a, size: 10, paging: %s}}",
    "steady": f"list: {{request: {GET}, items: a, "
              "paging: {style: link, %s}}",
    "by": f"find: [{{request: {GET}, items: a, found: array, %s}}]",
    "most": f"find: [{{by: email, request: {GET}, items: a, found: array, "
            "query: {q: '{email}'}, %s}]",
    "absent": f"find: [{{by: email, request: {GET}, items: a, "
              "query: {q: '{email}'}, %s}]",
    "wrap": "create: {request: POST /v1/customers, id: id, %s}",
    "constants": "create: {request: POST /v1/customers, id: id, %s}",
    "missing": "bulk_create: {request: POST /v1/bulk, rows: r, results: o, "
               "ok: ok, %s}",
    "status": "replies: [{%s, means: invalid}]",
}

# What is meant otherwise: an example's key, an account's, a reply.
ASIDE = {"problems", "provider", "phones", "count", "guest", "error"}


def snippets_of(lines):
    """What stands in bold and is YAML, as (line, text), blocks aside."""
    text = "\n".join(lines)
    text = re.sub(r"^```.*?^```", lambda m: "\n" * m.group().count("\n"),
                  text, flags=re.S | re.M)
    bold = r"(?<![\\\w*])\*(\{(?:[^*\\]|\\.)*\}|[a-z_]+: (?:[^*\\]|\\.)+)\*"
    for found in re.finditer(bold, text):
        snippet = re.sub(r"\s+", " ", found.group(1))
        snippet = re.sub(r"\\(.)", r"\1", snippet)
        if not re.fullmatch(r"\{[a-z_0-9|]+\}", snippet):
            yield text.count("\n", 0, found.start()) + 1, snippet


def keys_of(snippet):
    tree = yaml.load(snippet, Loader=yaml.BaseLoader)
    return list(tree) if isinstance(tree, dict) else []


def rule(snippet, keys):
    field = next((FIELDS[k] for k in keys if k in FIELDS), "notes")
    if "format" in keys:
        field = "created_at"
    paths = "lines[]" in snippet or "level" in snippet
    head = "format: json\n" if paths else ""
    if "part: city" in snippet:
        field = "billing.city"
    if "pattern" in keys:
        snippet = "{from: A, " + snippet[1:]
    return f"{head}fields:\n  email: Mail\n  {field}: {snippet}\n"


def of_mapping(snippet):
    """A mapping file with the snippet in its place."""
    keys, braced = keys_of(snippet), snippet.startswith("{")
    if CONDITION & set(keys):
        if not braced:
            snippet = "{%s%s}" % ("" if "column" in keys else "column: C, ",
                                  snippet)
        return f"fields: {{email: Mail}}\nskip_when: {snippet}\n"
    if braced:
        return rule(snippet, keys)
    if keys[0] in TOP and "%" not in snippet and "iso" not in snippet:
        head = TOP[keys[0]] if "/" in snippet else \
            TOP[keys[0]].replace("xml", "json")
        return f"{head}fields: {{email: mail}}\n{snippet}\n"
    return rule("{from: A, %s}" % snippet, keys)


def of_provider(snippet, base):
    """A provider file with it; base(keys) is one without these keys."""
    keys = keys_of(snippet)
    if keys[0] not in AROUND:
        return base({keys[0]}) + "\n" + snippet + "\n"
    around = AROUND[keys[0]]
    if keys[0] == "by":
        snippet = snippet[1:-1]
    return base({around.split(":")[0]}) + "\n" + around % snippet + "\n"


def of_job(snippet):
    key = keys_of(snippet)[0]
    if key == "region":
        return snippet + "\n"
    ends = "".join(f"    {k}: {v}\n" for k, v in
                   {"from": "a.csv", "to": "b.csv"}.items() if k != key)
    return f"jobs:\n  nightly:\n{ends}    {snippet}\n"
