"""A folder, a server and a shell in which the sessions of a page run."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from page import session, without_tail

HERE = Path(__file__).resolve().parent
SOURCE = Path(os.environ.get("SOURCE_DIR", HERE.parent.parent))

# What the sandbox takes, under the names that the documents use.
SANDBOX_WORLD = {
    "KOUNTA_CLIENT_ID": "sandbox-shop",
    "KOUNTA_CLIENT_SECRET": "sandbox-shop-secret",
    "KOUNTA_REFRESH_TOKEN": "sandbox-shop-refresh",
    "COUNT_CLIENT_ID": "sandbox-books",
    "COUNT_CLIENT_SECRET": "sandbox-books-secret",
    "COUNT_REFRESH_TOKEN": "sandbox-books-refresh",
    "FE_CLIENT_ID": "sandbox-field",
    "FE_CLIENT_SECRET": "sandbox-field-secret",
    "FE_TENANT": "70001",
    "LANTERN_KEY": "lantern-key",
}

ABROAD = {
    "kounta": "https://api.kounta.com",
    "count": "https://api.getcount.com",
    "fieldedge": "https://api.fieldedge.com/open-api",
}


class Stage:
    """A folder in which the sessions of a page run, one after another."""

    def __init__(self, page, blocks, files):
        self.page, self.blocks, self.files = page, blocks, files
        self.commands = [c for b in blocks for c in session(b)]
        self.server = None
        self.script = next((m.split()[1] for m in blocks[0].marks
                            if m.startswith("server ")), None)

    def open(self):
        self.top = Path(tempfile.mkdtemp(prefix="custsync-documents."))
        self.folder = self.top / "folder"
        for name in ("folder", "bin", "home", "out"):
            (self.top / name).mkdir()
        for name in ("CUSTSYNC", "SANDBOX"):
            program = Path(os.environ[name]).resolve()
            (self.top / "bin" / program.name).symlink_to(program)
        texts = " ".join(c.text for c in self.commands)
        for sample in (SOURCE / "contrib/sample").iterdir():
            if sample.name in texts:
                shutil.copy(sample, self.folder)
        self.address = None
        if self.script:
            self.play()
        elif re.search(r"\b(shop|books|field|nightly)\b", texts):
            self.rehearse()
        self.make_files()

    def start(self, argv):
        self.server = subprocess.Popen(
            argv, stdout=subprocess.DEVNULL,
            stderr=open(self.top / "server.err", "w"))

    def wait_for(self, path):
        for _ in range(3000):
            if path.exists() and path.stat().st_size:
                return path.read_text()
            if self.server.poll() is not None:
                break
            time.sleep(0.01)
        raise SystemExit(f"{self.page}: the server does not start: "
                         + (self.top / "server.err").read_text())

    def rehearse(self):
        ready = self.top / "ready.yaml"
        self.start([os.environ["SANDBOX"], "--rate", "off", "--ready",
                    str(ready)])
        accounts = self.wait_for(ready)
        self.address = re.search(r"http://\S+", accounts).group()
        (self.folder / "custsync.yaml").write_text("region: AU\n" + accounts)
        (self.folder / "custsync.yaml").chmod(0o600)

    def play(self):
        port = self.top / "port"
        self.start([os.environ["SCRIPTED"], "--port-file", str(port),
                    str(HERE / self.script)])
        self.address = "http://127.0.0.1:" + self.wait_for(port).strip()

    def local(self, text):
        """A file of the documents, with addresses on this machine."""
        if self.script:
            return re.sub(r"https://api\.[\w.]+\.example", self.address, text)
        if self.address:
            return re.sub(r"^( +)provider: (kounta|count|fieldedge)$",
                          rf"\g<0>\n\1base_url: {self.address}/\2", text,
                          flags=re.M)
        return text

    def abroad(self, text):
        """What was said, with the addresses that the documents have."""
        if self.script:
            return text.replace(self.address, "https://api.lantern.example")
        for provider, address in ABROAD.items():
            text = text.replace(f"{self.address}/{provider}", address)
        return text

    def make_files(self):
        """What `$ cat FILE` shows before anything else could have made it,
        and what the page gives in pieces."""
        before = ""
        for name, text in self.files.items():
            (self.folder / name).write_text(self.local(text))
        for command in self.commands:
            name = command.made_file()
            if name and name not in before:
                text = "\n".join(without_tail(command.shown)) + "\n"
                path = self.folder / name
                path.write_text(self.local(text))
                path.chmod(0o600)
                command.text = ":"
            before += command.text + " " + (name or "") + "\n"

    def world(self):
        kept = {k: v for k, v in os.environ.items()
                if re.match(r"(CUSTSYNC_|[AUL]+SAN_OPTIONS$|GCOV_)", k)}
        return kept | SANDBOX_WORLD | {
            "PATH": f"{self.top}/bin:/usr/bin:/bin", "LANG": "C.UTF-8",
            "TZ": "UTC", "HOME": str(self.top / "home"),
            "XDG_CONFIG_HOME": str(self.top / "home"),
            "XDG_STATE_HOME": str(self.top / "home"), "no_proxy": "*",
            "COLUMNS": "80", "CUSTSYNC_BACKOFF_MS": "20"}

    def run(self):
        """Runs all of it in one shell; a list of (command, code, lines)."""
        script = "s=0\n"
        for i, command in enumerate(self.commands):
            # The command's end is the next one's $?.
            script += (f"{{ (exit $s)\n{command.text}\n}} "
                       f">{self.top}/out/{i} 2>&1 </dev/null; s=$?\n"
                       f"echo $s >{self.top}/out/{i}.code\n")
        subprocess.run(["bash", "-c", script], cwd=self.folder, timeout=300,
                       env=self.world(), check=False, umask=0o077)
        for i, command in enumerate(self.commands):
            said = (self.top / f"out/{i}").read_text()
            code = int((self.top / f"out/{i}.code").read_text())
            yield command, code, self.abroad(said).splitlines()

    def close(self):
        """What the server did not like, if anything."""
        wrong = ""
        if self.server:
            self.server.send_signal(signal.SIGTERM)
            ended = self.server.wait()
            if self.script and ended != 0:
                wrong = (self.top / "server.err").read_text()
        if os.environ.get("KEEP"):
            print(f"kept {self.top}")
        else:
            shutil.rmtree(self.top)
        return wrong


def stages_of(page, sessions, pieces):
    """The stages of a page. Pieces of a file make one, in their order."""
    stages, files = [], {}
    for block in pieces:
        name = block.piece_of()
        files[name] = files.get(name, "") + block.text()
    for block in sessions:
        if not stages or block.marks:
            stages.append([])
        stages[-1].append(block)
    return [Stage(page, s, files) for s in stages]


