#!/usr/bin/env python3
"""Every example in the README and in the manual, run.

    run.py [--write] [PAGE...]

A block whose lines begin with "$ " is a session: its commands run in order, in
one folder for a page, and what they say must be what stands below them. "..."
alone on a line stands for lines that were left out; page.LIKE lists what may differ
besides. "$ cat FILE" of a file that no command has named yet makes that file.
With an account in it a session has a sandbox, and without a custsync.yaml of
its own the sandbox's accounts. YAML is loaded (pieces.py), a crontab
line runs. Any other block is in NOT_RUN, with the reason, or is a fault.

In front of a block, in a comment of the document ("<!-- example: WORD -->", or
"; example: WORD" in scdoc), may stand:

    file NAME       a piece of that file, which the page's sessions find; pieces
                    follow each other as they stand
    anew            a new folder, a new store and a new sandbox
    server FILE     a scripted server plays tests/documents/FILE instead, as the
                    provider whose address the page gives

--write puts what was said in place of what should have been, so that a change
of words is a matter of reading a diff. KEEP=1 keeps the folders.
"""
import difflib
import sys
from pathlib import Path

import pieces
from page import blocks_of, renewed, without_tail
from stage import SOURCE, stages_of

PAGES = ["README.md"] + sorted(
    str(p.relative_to(SOURCE)) for p in SOURCE.glob("sync/man/*.scd"))

# Blocks that do not run, by their first line, and why.
NOT_RUN = {
    "contrib/demo.sh    # builds, and shows it all against a sandbox on this"
    " machine": "it builds; whoever runs the tests has done so",
    "cmake --preset release && contrib/bench/run.sh --work /var/tmp/bench":
        "takes hours; test_bench.sh runs a small one",
}

class Book:
    """The pages, and what was found wrong with them."""

    def __init__(self, write):
        self.write, self.wrong, self.ran = write, 0, 0

    def fault(self, place, what):
        print(f"{place}: {what}")
        self.wrong += 1

    def judge(self, results, page):
        """Compares, and gives the new lines by command."""
        renewals, results = [], list(results)
        for i, (command, code, said) in enumerate(results):
            place = command.block.place(command.at)
            shown = without_tail(command.shown)
            tail = command.shown[len(shown):]
            self.ran += 1
            asked = i + 1 < len(results) and "$?" in results[i + 1][0].text
            if code not in (0, 1) and not asked:
                self.fault(place, f"{command.text}: ended with {code}:\n"
                           + "\n".join(said[:20]))
            if command.text == ":":
                continue
            new = renewed(shown, without_tail(said))
            if new == shown:
                continue
            renewals.append((command, new + tail))
            if not self.write:
                diff = difflib.unified_diff(
                    shown, new, f"{page} shows", f"{command.text}  # says",
                    "", "", 2, "")
                self.fault(place, "\n" + "\n".join(diff))
        return renewals

    def session(self, page, stage, lines):
        renewals = []
        try:
            stage.open()
            renewals = self.judge(stage.run(), page)
        finally:
            wrong = stage.close()
        if wrong:
            self.fault(stage.blocks[0].place(), wrong)
        for command, new in renewals:
            start = command.block.at + 2 + command.at
            start += command.text.count("\n")
            yield start, len(command.shown), \
                [command.block.indent + n for n in new]

    def page(self, page):
        path = SOURCE / page
        lines = path.read_text().splitlines()
        blocks = blocks_of(page, lines)
        sessions = [b for b in blocks if b.is_session() or b.is_crontab()]
        files = [b for b in blocks if b.piece_of()]
        others = [b for b in blocks if b not in sessions + files]
        for block in list(others):
            if block.lines and block.lines[0] in NOT_RUN:
                others.remove(block)
            elif block.language == "sh":
                self.fault(block.place(), "this is not run: begin commands "
                           f"with '$ ', or list it in {Path(__file__).name}")
                others.remove(block)
        wrong, count = pieces.check(page, others, lines)
        for place, what in wrong:
            self.fault(place, what)
        self.ran += count
        edits = [e for s in stages_of(page, sessions, files)
                 for e in self.session(page, s, lines)]
        if self.write and edits:
            for start, count, new in sorted(edits, reverse=True):
                lines[start:start + count] = new
            path.write_text("\n".join(lines) + "\n")
            print(f"{page}: {len(edits)} outputs were renewed")


def main(argv):
    book = Book("--write" in argv)
    pages = [a for a in argv if a != "--write"]
    for page in pages or PAGES:
        book.page(page)
    # A pattern that finds nothing guards nothing.
    if book.ran < (3 if pages else 100):
        book.fault("documents", "hardly an example was found")
    print(f"documents: {book.ran} examples, {book.wrong} wrong")
    return 1 if book.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
