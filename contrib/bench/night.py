#!/usr/bin/env python3
"""The script people write today for the night when little has changed.

night.py FILE STATE: reads a CSV, hashes each row, asks SQLite what the row
was last night, and keeps what is new. It sends nothing, cleans nothing, and
knows no two rows to be one customer: what it is beside is the plain reading.
"""
import csv
import hashlib
import sqlite3
import sys


def main(path, state):
    db = sqlite3.connect(state)
    db.execute("CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY, hash TEXT)")
    new = changed = unchanged = 0
    with open(path, newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file)):
            key = row["reference_id"] or "row %d" % number
            text = "|".join(value or "" for value in row.values())
            digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
            known = db.execute("SELECT hash FROM seen WHERE id = ?", (key,)).fetchone()
            if known is None:
                db.execute("INSERT INTO seen VALUES (?, ?)", (key, digest))
                new += 1
            elif known[0] != digest:
                db.execute("UPDATE seen SET hash = ? WHERE id = ?", (digest, key))
                changed += 1
            else:
                unchanged += 1
    db.commit()
    db.close()
    print(f"{new} new, {changed} changed, {unchanged} unchanged")


main(sys.argv[1], sys.argv[2])
