#!/usr/bin/env python3
"""Runs a command on a terminal of its own and writes down what is drawn there.

pty_drawn.py [--columns N] [--pipe-out FILE] [--interrupt TEXT [--twice]]
           [--suspend TEXT] [--resize TEXT=N] OUT COMMAND...

Standard input and standard error are the terminal, and standard output too
unless a file takes it. As soon as TEXT was drawn (of --interrupt a pattern),
Ctrl-C is pressed (and once more when the answer to it was drawn), or Ctrl-Z,
whereupon the command is continued; or the terminal becomes N columns wide. OUT
gets every byte that was drawn, with <stopped> and <resized> where that was so.
The exit code is the command's, 128 + N of one that a signal ended, and 99 when
it takes too long.
"""
import argparse
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

LIMIT_S = 60


def set_columns(fd, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


def run(options):
    if options.pipe_out:
        out = os.open(options.pipe_out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(out, 1)
    os.execvp(options.command[0], options.command)


def shell(options):
    """What a shell does for its job: only who has one can be suspended."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    for number in (signal.SIGINT, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpgrp())
        for number in (signal.SIGINT, signal.SIGTSTP, signal.SIGTTOU):
            signal.signal(number, signal.SIG_DFL)
        run(options)
    while True:
        status = os.waitpid(pid, os.WUNTRACED)[1]
        if not os.WIFSTOPPED(status):
            break
        os.tcsetpgrp(0, os.getpgrp())
        os.write(2, b"<stopped>")
        os.tcsetpgrp(0, pid)
        os.kill(pid, signal.SIGCONT)
    os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status)
             else os.WEXITSTATUS(status))


def act(options, master, drawn):
    """What is asked for at the text that was drawn, once."""
    if options.interrupt and re.search(options.interrupt.encode(), drawn):
        options.interrupt = "settled first" if options.twice else None
        options.twice = False
        os.write(master, b"\x03")
    if options.suspend and options.suspend.encode() in drawn:
        options.suspend = None
        os.write(master, b"\x1a")
    if options.resize:
        text, columns = options.resize.rsplit("=", 1)
        if text.encode() in drawn:
            options.resize = None
            drawn += b"<resized>"
            set_columns(master, int(columns))


def read_all(master, drawn):
    """False at the end of the terminal."""
    while select.select([master], [], [], 0)[0]:
        try:
            drawn += os.read(master, 65536)
        except OSError:
            return False
    return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--columns", type=int, default=80)
    parser.add_argument("--pipe-out")
    parser.add_argument("--interrupt")
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("--suspend")
    parser.add_argument("--resize")
    parser.add_argument("out")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()

    ready, go = os.pipe()
    pid, master = pty.fork()
    if pid == 0:
        os.read(ready, 1)  # until the terminal has its size
        shell(options)
    set_columns(master, options.columns)
    os.write(go, b"x")
    drawn = bytearray()
    until = time.monotonic() + LIMIT_S
    while read_all(master, drawn):
        act(options, master, drawn)
        select.select([master], [], [], 0.5)
        if time.monotonic() > until:
            break
    with open(options.out, "wb") as out:
        out.write(drawn)
    if time.monotonic() > until:
        os.close(master)  # hangs up
        return 99
    return os.WEXITSTATUS(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    sys.exit(main())
