"""Blocks of YAML: whole files and parts of them are loaded by custsync.

What a block is follows from its keys: a configuration, a mapping, a provider,
or a part of one of these, which then stands in a file that has the rest.
"""
import os
import re
import subprocess
import tempfile
from pathlib import Path

import yaml

import inline

# A configuration's secrets, wherever they come from.
WORLD = {name: "made-up" for name in (
    "KOUNTA_CLIENT_ID", "KOUNTA_CLIENT_SECRET", "KOUNTA_REFRESH_TOKEN",
    "COUNT_CLIENT_ID", "COUNT_CLIENT_SECRET", "COUNT_REFRESH_TOKEN",
    "FE_CLIENT_ID", "FE_CLIENT_SECRET", "FE_TENANT", "LANTERN_KEY")}

# The least that a provider file must have, for parts of one to stand in.
PROVIDER = {
    "provider": "provider: NAME",
    "base_url": "base_url: https://api.example.com",
    "settings": "settings:\n"
                "  client_id: optional\n  refresh_token: secret\n"
                "  login: optional\n  shop: optional\n  pin: secret\n  api_key: secret",
    "id": "id: id",
    "get": 'get: {request: "GET /v1/customers/{id}", items: data}',
    "fields": "fields: {first_name: given, email: mail, mobile: cell}",
}

CONFIGURATION = {"region", "accounts", "jobs"}
PROVIDER_KEYS = {"auth", "sign", "rate", "probe", "list", "get", "find",
                 "create", "update", "deactivate", "bulk_create",
                 "bulk_update", "replies", "errors", "settings"}


def without_keys(text, keys):
    """YAML without these of its outermost keys."""
    kept, dropped = [], False
    for line in text.splitlines():
        if re.match(r"\S", line):
            dropped = line.split(":")[0] in keys
        if not dropped:
            kept.append(line)
    return "\n".join(kept) + "\n"


def provider_without(keys, name):
    return "".join(part.replace("NAME", name) + "\n"
                   for key, part in PROVIDER.items() if key not in keys)


def indented(text):
    return "".join("  " + line + "\n" for line in text.splitlines())


class Pieces:
    """The blocks of one page, as files for custsync to load."""

    def __init__(self, page, folder):
        self.folder = Path(folder)
        self.page = re.sub(r"\W", "-", Path(page).stem)
        self.maps = self.folder / "maps"
        self.maps.mkdir()
        self.configs = []   # (line, path)
        self.mapping = ""   # the page's last whole mapping
        self.accounts = ""  # the page's last accounts

    def name(self, block):
        return f"{self.page}-{block.at + 1}"

    def put(self, block, text):
        (self.maps / (self.name(block) + ".yaml")).write_text(text)

    def put_config(self, block, text):
        if "accounts:" in text:
            self.accounts = text[text.index("accounts:"):].split("\njobs:")[0]
        else:
            text = self.accounts + "\n" + text
        path = self.folder / (self.name(block) + ".yaml")
        secret = self.folder / "secret"
        secret.write_text("made-up\n")
        secret.chmod(0o600)
        path.write_text(re.sub(r"\$\{file:[^}]*\}", f"${{file:{secret}}}",
                               text))
        path.chmod(0o600)
        self.configs.append((block.at + 2, path))

    def put_provider_part(self, block, text, keys):
        self.put(block, provider_without(keys, self.name(block)) + text)

    def put_mapping(self, block, text):
        self.mapping = text
        self.put(block, text)

    def take(self, block):
        """Puts the block where it belongs; False: nobody knows where."""
        text = block.text()
        try:
            tree = yaml.load(text, Loader=yaml.BaseLoader)
        except yaml.YAMLError:
            tree = None
        keys = set(tree) if isinstance(tree, dict) else set()
        if keys and keys <= CONFIGURATION and "region" != "".join(keys):
            self.put_config(block, text)
        elif "provider" in keys:
            self.put(block, re.sub(r"^provider: .*", "provider: "
                                   + self.name(block), text, flags=re.M))
        elif "fields" in keys:
            self.put_mapping(block, text)
        elif keys and keys <= PROVIDER_KEYS:
            self.put_provider_part(block, text, keys)
        elif keys == {"examples"}:
            self.put(block, without_keys(self.mapping,
                                         {"examples", "recognise"}) + text)
        elif keys:
            self.put(block, "fields:\n" + indented(text))
        elif text.startswith("outside,ours\n"):
            (self.maps / "states.csv").write_text(text)
            self.put(block, "fields: {notes: {from: N, "
                     "values_file: states.csv}}\n")
        elif block.lines and all(s.startswith("#") for s in block.lines):
            self.put(block, text + "fields: {email: Mail}\n")
        else:
            return False
        return True

    def take_inline(self, number, snippet):
        """An example within a sentence; False: it is none of YAML's."""
        name = f"{self.page}-{number}-{len(list(self.maps.iterdir()))}"
        keys = set(inline.keys_of(snippet))
        if not keys or keys & inline.ASIDE:
            return False
        if self.page == "custsync-yaml-5":
            text = self.accounts + "\n" + inline.of_job(snippet)
            path = self.folder / (name + ".yaml")
            path.write_text(text)
            path.chmod(0o600)
            self.configs.append((number, path))
            return True
        if self.page == "custsync-provider-5":
            text = inline.of_provider(
                snippet, lambda keys: provider_without(keys, name))
        else:
            text = inline.of_mapping(snippet)
        (self.maps / (name + ".yaml")).write_text(text)
        return True

    def ask(self, *arguments):
        """custsync's own verdict: None, or what it says is wrong."""
        done = subprocess.run(
            [os.environ["CUSTSYNC"], *arguments, "--state",
             str(self.folder / "none.db")], cwd=self.folder,
            env=os.environ | WORLD | {
                "CUSTSYNC_MAPPINGS": str(self.maps),
                "CREDENTIALS_DIRECTORY": str(self.folder)},
            capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL, timeout=300)
        return None if done.returncode == 0 else done.stdout + done.stderr


def check(page, blocks, lines):
    """What is wrong with the blocks of a page, and with the examples within
    its sentences: a list of (place, what); and how many were looked at."""
    wrong, count = [], len(blocks)
    with tempfile.TemporaryDirectory(prefix="custsync-pieces.") as folder:
        pieces = Pieces(page, folder)
        (pieces.folder / "till-secret").write_text("made-up")
        taken = [b for b in blocks if pieces.take(b)]
        wrong += [(b.place(), "this is not run, and nothing says why")
                  for b in blocks if b not in taken]
        if page.endswith(".5.scd"):
            for number, snippet in inline.snippets_of(lines):
                count += pieces.take_inline(number, snippet)
        for number, path in pieces.configs:
            said = pieces.ask("status", "--config", str(path))
            if said:
                wrong.append((f"{page}:{number}", said))
        if any(pieces.maps.iterdir()):
            said = pieces.ask("check")
            if said:
                wrong.append((page, "a block at the line in the file's name: "
                              + said))
    return wrong, count
