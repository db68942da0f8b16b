#!/usr/bin/env python3
"""Huge JSON: see tests/test_bad.sh. Without a name: what there is."""
import os
import sys

MB = int(os.environ.get("HUGE_MB", "64"))
OUT = sys.stdout.buffer
GOOD = b'{"reference_id":"007","name":"Ann","email":"ann@example.com"}'


def fill(piece, size):
    """Piece after piece, until that many bytes are written."""
    block = piece * max(1, (1 << 20) // len(piece))
    for _ in range(max(1, size // len(block))):
        OUT.write(block)


def parts(*them):
    """Texts as they are, pairs of a piece and its size filled."""
    for part in them:
        if isinstance(part, tuple):
            fill(*part)
        else:
            OUT.write(part)


def members(count):
    OUT.write(b'[' + GOOD + b',\n{"a":0')
    for i in range(count):
        OUT.write(b',"m%d":%d' % (i, i))
    OUT.write(b'}]')


def names(rows):
    OUT.write(GOOD + b'\n')
    for row in range(rows):
        OUT.write(b'{%s}\n' % b','.join(
            b'"%d-%d-%s":0' % (row, i, b'n' * 60) for i in range(1000)))


def under_one_name():
    OUT.write(b'[{"email":"ann@example.com","%s":{"a":0' % (b'n' * 1000000))
    for i in range(40000):
        OUT.write(b',"m%d":0' % i)
    OUT.write(b'}}]')


SIZE = MB << 20
# Name, exit code, text, and how it is made.
HUGE = [
    ("one-string.json", 65, "one-string.json:2: a record is larger than",
     lambda: parts(b'[' + GOOD + b',\n{"a":"', (b'a', SIZE), b'"}]')),
    ("one-string-at-the-top.json", 65, ":1:",
     lambda: parts(b'"', (b'a', SIZE), b'"')),
    ("one-string-never-closed.json", 65, ":2:",
     lambda: parts(b'[' + GOOD + b',\n{"a":"', (b'\\"', SIZE))),
    ("one-name.json", 65, ":1:",
     lambda: parts(b'{"', (b'n', SIZE), b'":[' + GOOD + b']}')),
    ("one-number.json", 65, ":2:",
     lambda: parts(b'[' + GOOD + b',\n{"a":', (b'9', SIZE), b'}]')),
    ("one-number-beside-the-records.json", 65, ":1:",
     lambda: parts(b'{"n":', (b'9', SIZE), b',"a":[' + GOOD + b']}')),
    ("nested-lists.json", 65, "nested-lists.json:1:",
     lambda: parts(b'[' * 100000)),
    ("nested-lists-in-a-record.json", 65, "nested too deep",
     lambda: parts(b'[' + GOOD + b',\n{"a":' + b'[' * 100000 + b']' * 100000
                   + b'}]')),
    ("nested-objects.json", 65, "nested too deep",
     lambda: parts(b'{"a":' * 100000 + b'0' + b'}' * 100000)),
    ("nested-lists.ndjson", 65, "nested-lists.ndjson:2:",
     lambda: parts(GOOD + b'\n' + b'[' * 100000 + b']' * 100000 + b'\n')),
    ("nested-objects.ndjson", 65, "nested-objects.ndjson:2:",
     lambda: parts(GOOD + b'\n' + b'{"a":' * 100000 + b'0' + b'}' * 100000)),
    ("one-line.ndjson", 65, "one-line.ndjson:2: a record is larger than",
     lambda: parts(GOOD + b'\n', (b'{"a":"x"} ', SIZE))),
    ("one-line-of-blanks.ndjson", 0, "rows 1",
     lambda: parts((b' ', SIZE), GOOD)),
    ("many-members.json", 65, "many-members.json:2: a record is larger than",
     lambda: members(1000000)),
    ("members-past-the-limit.json", 1, "more than 50000 members",
     lambda: members(200000)),
    ("names-without-end.ndjson", 1, "too many different names",
     lambda: names(max(128, MB * 4))),
    ("members-under-one-long-name.json", 0, "rows 1", under_one_name),
    ("elements-that-are-no-records.json", 65, "no member is a list of objects",
     lambda: parts(b'{"a":[0', (b',0', SIZE), b']}')),
    ("empty-lines.ndjson", 0, "rows 1",
     lambda: parts((b'\n', SIZE), GOOD)),
    ("tiny-records.ndjson", 1, "invalid",
     lambda: parts(GOOD, (b'\n{}', SIZE // 64))),
    ("tiny-records.json", 1, "invalid",
     lambda: parts(b'[' + GOOD, (b',{}', SIZE // 64), b']')),
    ("opening-brackets-in-strings.json", 1, "rows 3",
     lambda: parts(b'[' + GOOD + b',{"a":"', (b'[{', 1 << 21), b'"},' + GOOD
                   + b']')),
]

if len(sys.argv) < 2:
    for name, code, text, _ in HUGE:
        print(name, code, text, sep="\t")
else:
    dict((name, make) for name, _, _, make in HUGE)[sys.argv[1]]()
