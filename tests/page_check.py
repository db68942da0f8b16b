#!/usr/bin/env python3
"""page_check.py PAGE.html [TEXT...]: whether it is a page as we make them: XML
(so that a browser has nothing to mend), no address in it, nothing that its own
policy would not let in, every picture described; and whether each TEXT stands
in it as text."""
import base64
import hashlib
import re
import sys
import xml.etree.ElementTree as tree

VOID = {"meta", "rect", "path"}
HANDLED = re.compile(r"on[a-z]+$")


def fault(what):
    sys.exit(f"{sys.argv[1]}: {what}")


def hash_of(text):
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


raw = open(sys.argv[1], encoding="utf-8").read()
if not raw.startswith("<!DOCTYPE html>\n<html"):
    fault("does not begin as a page")
root = tree.fromstring(raw)
policy = root.find("head/meta[@http-equiv]").get("content")
styles, scripts = root.findall(".//style"), root.findall(".//script")
if len(styles) != 1 or len(scripts) != 1:
    fault("has not one style and one script")
if not policy.startswith("default-src 'none';"):
    fault("lets in what it likes")
for kind, one in (("style-src", styles[0]), ("script-src", scripts[0])):
    if set(one.text) & set("<>&\""):
        fault(f"{kind}: is escaped, and a browser does not take that back")
    if f"{kind} {hash_of(one.text)};" not in policy:
        fault(f"{kind}: its own policy refuses it")
for one in root.iter():
    for name, value in one.attrib.items():
        if HANDLED.match(name) or name in ("style", "src", "href", "srcdoc"):
            fault(f"{one.tag} has {name}={value[:60]}")
    if one.tag not in VOID and not len(one) and not (one.text or "").strip(" \n"):
        fault(f"{one.tag} is empty, and a browser takes it for open")
    if one.tag == "svg" and one.get("aria-hidden") != "true" and (
            one.get("role") != "img" or not one.findtext("title")
            or not one.findtext("desc")):
        fault("a picture without words")
if re.search(r"(?i)\b(?:https?|wss?|ftp):|url\(|@import|//[a-z]", raw):
    fault("points elsewhere")
words = "\n".join(root.find("body").itertext())
for wanted in sys.argv[2:]:
    if wanted not in words:
        fault(f"does not show {wanted}")
