#!/usr/bin/env python3
"""Huge XML, and huge in a gzip: see tests/test_bad.sh."""
import os
import sys
import zlib

# A record a little past its limit costs a row; far past it, the file.
MB = max(8, int(os.environ.get("HUGE_MB", "64")))
OUT = sys.stdout.buffer
GOOD = b"<r><reference_id>007</reference_id><email>ann@example.com</email></r>"
SIZE = MB << 20


def fill(piece, size, write=OUT.write):
    """Piece after piece, until that many bytes are written."""
    block = piece * max(1, (1 << 20) // len(piece))
    for _ in range(max(1, size // len(block))):
        write(block)


def parts(*them):
    """Texts as they are, pairs of a piece and its size filled."""
    for part in them:
        if isinstance(part, tuple):
            fill(*part)
        else:
            OUT.write(part)


def numbered(before, form, count, behind):
    OUT.write(before)
    for start in range(0, count, 10000):
        OUT.write(b"".join(form % i for i in
                           range(start, min(start + 10000, count))))
    OUT.write(behind)


def many_attributes(records):
    OUT.write(b"<a>" + GOOD)
    for _ in range(records):
        numbered(b"<r", b" a%d=''", 1900, b"/>")
    OUT.write(b"</a>")


def namespaces():
    """Each element looks its prefix up behind all that are open."""
    for level in range(200):
        OUT.write(b"<a%s>" % b"".join(b' xmlns:n%d-%d="u"' % (level, i)
                                      for i in range(200)))
    fill(b"<b/>", SIZE)


def bomb(piece, size):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)

    def write(data):
        OUT.write(packer.compress(data))
    write(b"<a>\n" + GOOD)
    fill(piece, size, write)
    write(b"</a>")
    OUT.write(packer.flush())


def laughs():
    OUT.write(b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY e0 "ha">')
    for i in range(1, 100):
        OUT.write(b'<!ENTITY e%d "%s">' % (i, b"&e%d;" % (i - 1) * 10))
    OUT.write(b"]>\n<a><r>&e99;</r></a>")


# Name, exit code, text, and how it is made.
HUGE = [
    ("one-text.xml", 65, "one-text.xml:2: a record is larger than",
     lambda: parts(b"<a>" + GOOD + b"\n<r><name>", (b"n", SIZE),
                   b"</name></r></a>")),
    ("one-text-beside-the-records.xml", 65,
     "one-text-beside-the-records.xml:2: text stands where only records",
     lambda: parts(b"<a>" + GOOD + b"\n", (b"n", SIZE), b"</a>")),
    ("one-text-above-the-records.xml", 65, "one-text-above-the-records.xml:1:",
     lambda: parts((b"n", SIZE))),
    ("blanks-between-records.xml", 0, "rows 2",
     lambda: parts(b"<a>" + GOOD, (b" \n", SIZE), GOOD + b"</a>")),
    ("one-cdata.xml", 65, "one-cdata.xml:2: a record is larger than",
     lambda: parts(b"<a>" + GOOD + b"\n<r><name><![CDATA[", (b"n", SIZE),
                   b"]]></name></r></a>")),
    ("one-attribute.xml", 65, "one-attribute.xml:2: a record is larger than",
     lambda: parts(b"<a>" + GOOD + b'\n<r name="', (b"n", SIZE), b'"/></a>')),
    ("one-attribute-of-the-root.xml", 65, "one-attribute-of-the-root.xml:1: ",
     lambda: parts(b'<a n="', (b"n", SIZE), b'">' + GOOD + b"</a>")),
    ("one-name.xml", 65, "one-name.xml:1:",
     lambda: parts(b"<a>" + GOOD + b"<", (b"n", SIZE), b"/></a>")),
    ("one-comment.xml", 65, "one-comment.xml:1:",
     lambda: parts(b"<a>" + GOOD + b"<!--", (b"n", SIZE), b"--></a>")),
    ("one-instruction.xml", 65, "one-instruction.xml:1:",
     lambda: parts(b"<a>" + GOOD + b"<?p ", (b"n", SIZE), b"?></a>")),
    ("one-doctype.xml", 65, "one-doctype.xml:1: a DOCTYPE is refused unread",
     lambda: parts(b"<!DOCTYPE a [<!ENTITY b '", (b"n", SIZE))),
    ("many-attributes.xml", 65,
     "many-attributes.xml:2: an element has more attributes than 2000",
     lambda: numbered(b"<a>" + GOOD + b"\n<r", b' a%d=">"', 1000000,
                      b"/></a>")),
    ("attributes-in-many-records.xml", 1, "rows",
     lambda: many_attributes(MB * 4)),
    ("many-namespaces.xml", 65, "many-namespaces.xml:1: more namespaces",
     namespaces),
    ("many-names.xml", 65, "many-names.xml:1: too many different names",
     lambda: numbered(b"<a>" + GOOD, b"<n%d/>", 1000000, b"</a>")),
    ("nested.xml", 65, "nested.xml:2: elements are nested deeper than 250",
     lambda: parts(b"<a>" + GOOD + b"\n" + b"<n>" * 100000)),
    ("nested-in-a-record.xml", 1, "nested too deep",
     lambda: parts(b"<a><r>" + b"<n>" * 200 + b"</n>" * 200 + b"</r>" + GOOD +
                   b"</a>")),
    ("many-elements-in-a-record.xml", 65,
     "many-elements-in-a-record.xml:2: a record is larger than",
     lambda: parts(b"<a>" + GOOD + b"\n<r>", (b"<n>1</n>", SIZE),
                   b"</r></a>")),
    ("tiny-records.xml", 1, "invalid",
     lambda: parts(b"<a>" + GOOD, (b"<r/>\n", SIZE // 64), b"</a>")),
    ("references.xml", 65, "references.xml:2: a record is larger than",
     lambda: parts(b"<a>" + GOOD + b"\n<r><name>", (b"&amp;&#x41;", SIZE),
                   b"</name></r></a>")),
    ("billion-laughs.xml", 65,
     "billion-laughs.xml:2: a DOCTYPE is refused unread", laughs),
    ("bomb.xml.gz", 65, "grows more than",
     lambda: bomb(b"<r><name>Ann</name></r>", max(SIZE, 64 << 20))),
    ("bomb-of-blanks.xml.gz", 65, "grows more than",
     lambda: bomb(b" " * 1000, max(SIZE, 64 << 20))),
]

if len(sys.argv) < 2:
    for name, code, text, _ in HUGE:
        print(name, code, text, sep="\t")
else:
    dict((name, make) for name, _, _, make in HUGE)[sys.argv[1]]()
