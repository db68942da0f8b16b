"""Runs a command on a terminal of its own, and answers what it asks.

    pty_run.py SCRIPT COMMAND...

SCRIPT is a file of lines: "wait TEXT" until the terminal has shown it, "type
TEXT" with a line end behind it, "file FILE" for what stands in one, "key C" for
Ctrl-C and the like, "run COMMAND" in a shell. What was shown goes to standard
output in the end; the exit code is the command's, 99 when a text did not come
within ten seconds. The command's standard output is the file $PTY_OUT when that
is set.
"""
import os
import pty
import select
import subprocess
import sys
import time

PATIENCE_S = 10


def main():
    lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
    pid, terminal = pty.fork()
    if pid == 0:
        if os.environ.get("PTY_OUT"):
            out = os.open(os.environ["PTY_OUT"],
                          os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(out, 1)
        os.execvp(sys.argv[2], sys.argv[2:])
    shown = bytearray()
    seen = 0

    def more(until):
        ready, _, _ = select.select([terminal], [], [],
                                    max(0, until - time.monotonic()))
        if not ready:
            return False
        try:
            got = os.read(terminal, 65536)
        except OSError:  # the other side is closed
            return False
        shown.extend(got)
        return bool(got)

    def fail(what):
        sys.stdout.write(shown.decode(errors="replace"))
        print("\nnot shown: " + what)
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        sys.exit(99)

    for line in lines:
        word, _, rest = line.partition(" ")
        until = time.monotonic() + PATIENCE_S
        if word == "wait":
            while (at := shown.find(rest.encode(), seen)) < 0:
                if not more(until):
                    fail(rest)
            seen = at + len(rest.encode())
        elif word == "type":
            os.write(terminal, rest.encode() + b"\n")
        elif word == "file":
            with open(rest, "rb") as file:
                os.write(terminal, file.read().strip() + b"\n")
        elif word == "key":
            os.write(terminal, bytes([ord(rest) & 0x1F]))
        elif word == "run":
            if subprocess.run(["bash", "-c", rest], check=False).returncode:
                fail("run " + rest)
    while more(time.monotonic() + PATIENCE_S):
        pass
    sys.stdout.write(shown.decode(errors="replace").replace("\r\n", "\n"))
    sys.stdout.flush()
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)


main()
