#!/usr/bin/env python3
"""Runs the VBScript programs that the page of ExecMethodAsync prints, as printed: embedded, by the daemon's socket and over DCOM. TAP."""
import contextlib, html, os, pathlib, pwd, re, signal, socket, subprocess, sys, tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("OWMI_BIN", SOURCE / "build/release/bin"))
PAGE = SOURCE.parent / "shared/seeds/ExecMethodAsync-scripting.md"
CONNECT = 'getobject("winmgmts:root\\cimv2")'
PASSWORD = "Correct-Horse-7"
STARTED = (r"Sink_OnObjectReady subroutine \rReturnValue = 0\rProcessId = [1-9]\d*\n"
           r"Sink_OnCompleted subroutine, hresult = 0\n")
NOT_FOUND = (r"Sink_OnObjectReady subroutine \rReturnValue = 9\rProcessId = \n"
             r"Sink_OnCompleted subroutine, hresult = 0\n")
number = 0


def check(passed, name, detail=""):
    global number
    number += 1
    print(f"{'ok' if passed else 'not ok'} {number} - {name}", flush=True)
    if not passed:
        print("# " + str(detail).replace("\n", "\n# "))


def programs():
    """The texts of the page's listings in Visual Basic, entities resolved."""
    listings = re.findall(r'codelanguage="VisualBasic".*?<pre>(.*?)</pre>', PAGE.read_text(), re.S)
    return [html.unescape(text) for text in listings]


class Lab:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "bin").mkdir()
        self.notepad = self.folder / "bin/Notepad.exe"
        self.env = dict(os.environ, OPENWMI_REPOSITORY=f"{folder}/repository", XDG_CONFIG_HOME=f"{folder}/config", HOME=str(folder))
        self.env["PATH"] = f"{folder}/bin:{self.env['PATH']}"

    def run(self, text):
        (self.folder / "page.vbs").write_bytes(text.encode())
        done = subprocess.run([BIN / "cscript", "//nologo", "page.vbs"], cwd=self.folder, env=self.env, capture_output=True, timeout=60)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def both(self, where, text):
        """Without Notepad.exe on the PATH, then with one."""
        self.notepad.unlink(missing_ok=True)
        for name, wanted in (("without Notepad.exe", NOT_FOUND), ("with Notepad.exe", STARTED)):
            status, out, err = self.run(text)
            check(status == 0 and not err and re.fullmatch(wanted, out), f"{where}, {name}", (status, out, err))
            self.notepad.write_text("#!/bin/sh\nexit 0\n")
            self.notepad.chmod(0o755)

    @contextlib.contextmanager
    def daemon(self):
        """A wmid on loopback with the account `tester`; gives its port."""
        accounts, config = self.folder / "accounts", self.folder / "wmid.conf"
        config.write_text("")
        user = pwd.getpwuid(os.geteuid()).pw_name
        subprocess.run([BIN / "wmi", "account", "add", "tester", "--accounts", accounts, "--password-stdin", "--group", "Administrators",
                        "--unix-user", user], input=PASSWORD.encode(), env=self.env, check=True, capture_output=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with open(self.folder / "log", "wb") as log:
            server = subprocess.Popen([BIN / "wmid", "--config", config, "--repository", self.env["OPENWMI_REPOSITORY"], "--accounts",
                                       accounts, "--listen", "127.0.0.1", "--endpoint-port", str(port)], env=self.env,
                                      stdout=subprocess.PIPE, stderr=log)
        try:
            check(server.stdout.readline().startswith(b"wmid: ready"), "the daemon starts", (self.folder / "log").read_text())
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
            server.stdout.close()


def main():
    if not PAGE.exists():
        print(f"# SKIPPED: {PAGE} is not there; the programs of the page were NOT run", flush=True)
        return 77
    texts = programs()
    check(texts and all(CONNECT in text for text in texts), "the page has programs that connect by moniker", texts)
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(os.path.realpath(folder))
        for text in texts:
            lab.both("embedded", text)
        with lab.daemon() as port:
            for text in texts:
                lab.both("by the daemon's socket", text)
                locator = f'CreateObject("WbemScripting.SWbemLocator").ConnectServer("127.0.0.1:{port}", "root\\cimv2", "tester", "{PASSWORD}")'
                lab.both("over DCOM", text.replace(CONNECT, locator))
    print(f"1..{number}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
