"""Pages, their blocks, the commands in these, and the comparing of outputs."""
import difflib
import re

# What differs from run to run, and may.
LIKE = [
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?Z?", "<time>"),
    (r"\bcustsync \d+\.\d+[.\w-]*", "custsync <version>"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:<port>"),
    (r"less than a second|\b\d+(\.\d+)? ?(ms|s|seconds?|minutes?)\b",
     "<duration>"),
]


class Block:
    """A block of a page: its text as lines, and what was said of it."""

    def __init__(self, page, at, indent, language):
        self.page, self.at, self.indent = page, at, indent
        self.language = language
        self.lines, self.marks = [], []

    def place(self, offset=0):
        return f"{self.page}:{self.at + 2 + offset}"

    def text(self):
        return "".join(line + "\n" for line in self.lines)

    def piece_of(self):
        """The file that this is a part of, or None."""
        return next((m.split()[1] for m in self.marks
                     if m.startswith("file ")), None)

    def is_session(self):
        return self.lines and self.lines[0].startswith("$ ")

    def is_crontab(self):
        return all(re.match(r"([\d*/,-]+ +){5}custsync ", line)
                   for line in self.lines)


def blocks_of(page, lines):
    """The blocks of a page, in order."""
    blocks, marks, block = [], [], None
    for at, line in enumerate(lines):
        fence = re.match(r"(\t*)```(\w*)$", line)
        mark = re.match(r"(?:<!--|;) example: (.*?)(?: -->)?$", line)
        if block is not None and fence:
            blocks.append(block)
            block = None
        elif block is not None:
            block.lines.append(line.removeprefix(block.indent))
        elif fence:
            block = Block(page, at, fence.group(1), fence.group(2))
            block.marks, marks = marks, []
        elif mark:
            marks.append(mark.group(1))
    return blocks


class Command:
    """One command of a session, and the lines that stand below it."""

    def __init__(self, block, at, text):
        self.block, self.at, self.text, self.shown = block, at, text, []

    def made_file(self):
        cat = re.fullmatch(r"cat ([\w.-]+)", self.text)
        return cat.group(1) if cat else None


def commands_of(block):
    """The commands of a session; `> ` continues one, as a shell shows it."""
    commands = []
    for at, line in enumerate(block.lines):
        if line.startswith("$ "):
            commands.append(Command(block, at, line[2:]))
        elif line.startswith("> ") and not commands[-1].shown and \
                commands[-1].text.endswith("\\"):
            commands[-1].text += "\n" + line[2:]
        else:
            commands[-1].shown.append(line)
    return commands


def session(block):
    """The commands of a block; a crontab's may say whatever they like."""
    if block.is_session():
        return commands_of(block)
    commands = [Command(block, at, re.sub(r"^(\S+ +){5}", "", line))
                for at, line in enumerate(block.lines)]
    for command in commands:
        command.shown = ["..."]
    return commands


def plain(line):
    for pattern, name in LIKE:
        line = re.sub(pattern, name, line)
    # A number that may differ moves the columns behind it.
    return re.sub(r" +", " ", line.rstrip()) if "<" in line else line.rstrip()


def without_tail(lines):
    lines = list(lines)
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def fits(shown, said):
    """Whether said is what is shown, where "..." stands for any lines."""
    if not shown:
        return not said
    if shown[0] == "...":
        return any(fits(shown[1:], said[i:]) for i in range(len(said) + 1))
    return bool(said) and shown[0] == said[0] and fits(shown[1:], said[1:])


def renewed(shown, said):
    """What should be shown: said, with what shown leaves out left out."""
    if fits([plain(s) for s in shown], [plain(s) for s in said]):
        return shown
    made = []
    matcher = difflib.SequenceMatcher(
        None, [plain(s) for s in shown], [plain(s) for s in said], False)
    for kind, a, b, c, d in matcher.get_opcodes():
        old, new = shown[a:b], said[c:d]
        if kind == "equal":
            made += old
        elif "..." in old:
            before = old.index("...")
            after = len(old) - 1 - before
            made += new[:before] + ["..."] + (new[-after:] if after else [])
        else:
            made += new
    return made


