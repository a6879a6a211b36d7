#!/usr/bin/env python3
"""A daemon that starts as root: what faces the network has no rights, works all the same, and neither half goes on without the other."""
import json, os, pathlib, pwd, re, signal, socket, subprocess, sys, tempfile, time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("OWMI_BIN", SOURCE / "build/release/bin"))
PASSWORD = "Correct-Horse-7"
USER = "daemon"  # whom the account bob acts as: on every Debian, and nobody's network process
MOF = "class Site { [key] string Name; uint32 Hosts; };\n" + "".join(
    f'instance of Site {{ Name = "site {number}"; Hosts = {number}; }};\n' for number in range(1000))
OK_QUERY = ("query", "SELECT Name FROM Win32_OperatingSystem")
count = failed = 0


def check(name, good, detail=""):
    global count, failed
    count += 1
    failed += not good
    lines = str(detail).splitlines() if not good else []
    print(f"{'ok' if good else 'not ok'} {count} - {name}" + "".join(f"\n# {line}" for line in lines[-30:]), flush=True)
    return good


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(*command, stdin="", password=PASSWORD):
    environment = dict(os.environ, OPENWMI_PASSWORD=password, LC_ALL="C.UTF-8")
    environment.pop("OPENWMI_REPOSITORY", None)
    done = subprocess.run([str(word) for word in command], input=stdin, capture_output=True, text=True, timeout=60, env=environment)
    return done.returncode, done.stdout + done.stderr


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Daemon:
    """wmid as root on loopback with the accounts alice (an administrator, root) and bob (USER)."""

    def __init__(self, scratch, *arguments):
        self.scratch, self.port = scratch, free_port()
        self.accounts, self.repository, self.log = scratch / "accounts", scratch / "repository", scratch / "log"
        if not self.accounts.exists():
            for name, more in (("alice", ("--group", "Administrators", "--unix-user", "root")), ("bob", ("--unix-user", USER))):
                status, text = run(BIN / "wmi", "account", "add", name, "--accounts", self.accounts, "--password-stdin", *more,
                                   stdin=PASSWORD + "\n")
                assert status == 0, text
            (scratch / "wmid.conf").write_text("")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in (BIN / "wmid", "--config", scratch / "wmid.conf", "--repository", self.repository, "--accounts",
                                        self.accounts, "--listen", "127.0.0.1", "--endpoint-port", self.port, *arguments)],
                stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL)
        self.ready = self.process.stdout.readline().decode()

    def children(self):
        return [int(pid) for pid in pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()]

    def network(self):
        return [pid for pid in self.children() if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "wmid-network"]

    def text(self):
        return self.log.read_text()

    def remote(self, user, *command, password=PASSWORD):
        return run(BIN / "wmi", "--host", f"127.0.0.1:{self.port}", "-U", user, *command, password=password)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)
        self.process.stdout.close()


def status_of(pid):
    return dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)


def open_files(pid):
    names = []
    for entry in os.listdir(f"/proc/{pid}/fd"):
        try:
            names.append(os.readlink(f"/proc/{pid}/fd/{entry}"))
        except OSError:
            pass
    return names


def can_read(pid, path):
    """Whether a process with exactly these ids may."""
    found = status_of(pid)
    uid, gid = int(found["Uid"].split()[0]), int(found["Gid"].split()[0])
    return subprocess.run(["cat", str(path)], user=uid, group=gid, extra_groups=[], capture_output=True).returncode == 0


def test_rights(daemon):
    found = daemon.network()
    if not check("one process faces the network", len(found) == 1, f"{daemon.ready}{daemon.text()}{found}"):
        return
    pid = found[0]
    status = status_of(pid)
    names = [name for name in ("openwmi", "nobody") if name in {entry.pw_name for entry in pwd.getpwall()}]
    uid = str(pwd.getpwnam(names[0]).pw_uid)
    check("it is a user without rights for good", status["Uid"].split() == [uid] * 4, status)
    check("in no group but that one's", "0" not in status["Gid"].split() + status["Groups"].split(), status)
    check("without capabilities", all(int(status[name], 16) == 0 for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")), status)
    check("and cannot gain any", status["NoNewPrivs"] == "1", status)
    check("its system calls are filtered", status["Seccomp"] == "2", status)
    check("it writes no core files", re.search(r"Max core file size\s+0\s+0", pathlib.Path(f"/proc/{pid}/limits").read_text()) is not None)
    check("it may not read the accounts", not can_read(pid, daemon.accounts))
    mine = [name for name in open_files(pid) if str(daemon.scratch) in name and name != str(daemon.log)]
    check("and holds neither them nor the repository", mine == [], mine)
    maps = pathlib.Path(f"/proc/{pid}/maps").read_text()
    check("nor has it mapped them", str(daemon.scratch) not in maps, maps)

    def listening(one):
        rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        sockets = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == daemon.port}
        return bool(sockets & set(open_files(one)))

    check("it alone listens to the network", listening(pid) and not listening(daemon.process.pid))
    check("the other one is root", status_of(daemon.process.pid)["Uid"].split() == ["0"] * 4)


def test_work(daemon):
    status, text = daemon.remote("alice", *OK_QUERY)
    check("a query works through it", status == 0 and '"Name"' in text, text)
    mof = daemon.scratch / "site.mof"
    mof.write_text(MOF)
    status, text = daemon.remote("alice", "put", mof, "--async", "-o", "jsonl")
    events = [json.loads(line)["event"] for line in text.splitlines() if line.startswith("{")]
    check("asynchronous puts call back", status == 0 and events.count("OnObjectPut") == 1001, text[-2000:])
    status, text = daemon.remote("alice", "query", "SELECT * FROM Site WHERE Hosts >= 100", "-o", "jsonl")
    check("what was put is there", status == 0 and len(text.splitlines()) == 900, text[-2000:])
    status, text = daemon.remote("alice", "call", "Win32_Process", "Create", "CommandLine=/bin/true", "--async", "-o", "jsonl")
    check("an asynchronous method calls back", status == 0 and "OnObjectReady" in text and "OnCompleted" in text, text)
    status, text = daemon.remote("alice", *OK_QUERY, password="wrong")
    check("a wrong password is refused", status != 0 and '"Name"' not in text, text)
    status, text = daemon.remote("mallory", *OK_QUERY)
    check("so is somebody unknown", status != 0 and '"Name"' not in text, text)
    status, text = daemon.remote("bob", *OK_QUERY)
    check("an account without the right to come from afar is refused by code", status != 0 and "0x80041003" in text, text)
    status, text = run(BIN / "wmi", "--repository", daemon.repository, "security", "grant", r"root\cimv2", "bob", "remote,methods", "--accounts", daemon.accounts)
    check("rights are granted by the door of this machine", status == 0, text)
    out = daemon.scratch / "who"
    out.mkdir()
    out.chmod(0o777)
    daemon.scratch.chmod(0o755)
    status, text = daemon.remote("bob", "call", "Win32_Process", "Create", f"CommandLine=/usr/bin/touch {out}/me")
    made = wait_for(lambda: (out / "me").exists(), 10)
    check("a program is started as the account's Unix user", made and (out / "me").stat().st_uid == pwd.getpwnam(USER).pw_uid, text)
    check("all by the same process", len(daemon.network()) == 1 and daemon.process.poll() is None, daemon.text())


def test_reload(daemon):
    (daemon.scratch / "wmid.conf").write_text("max-connections = 1\n")
    daemon.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "reloaded" in daemon.text())
    with socket.create_connection(("127.0.0.1", daemon.port)):
        check("new limits reach it", wait_for(lambda: daemon.remote("alice", *OK_QUERY)[0] != 0), daemon.text())
    (daemon.scratch / "wmid.conf").write_text("")
    daemon.process.send_signal(signal.SIGHUP)
    check("and are lifted", wait_for(lambda: daemon.remote("alice", *OK_QUERY)[0] == 0), daemon.text())


def test_ends(scratch):
    with Daemon(scratch) as daemon:
        network = daemon.network()[0]
        os.kill(network, signal.SIGTERM)
        time.sleep(0.3)
        check("its end is not a signal's to decide", alive(network))
        daemon.process.send_signal(signal.SIGTERM)
        check("SIGTERM ends both well", daemon.process.wait(30) == 0 and not alive(network), daemon.text())
    with Daemon(scratch) as daemon:
        # A client that does not read its own output, and so does not answer.
        slow = subprocess.Popen([BIN / "wmi", "--host", f"127.0.0.1:{daemon.port}", "-U", "alice", "put", scratch / "site.mof", "--async",
                                 "-o", "jsonl"], env=dict(os.environ, OPENWMI_PASSWORD=PASSWORD), stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)
        time.sleep(1)
        daemon.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        text = slow.communicate(timeout=60)[0]
        check("what is under way ends with its code", "WBEM_E_SHUTTING_DOWN" in text, text[-1000:])
        check("well", daemon.process.wait(30) == 0, daemon.text())
    with Daemon(scratch) as daemon:
        before = len(daemon.text())
        os.kill(daemon.network()[0], signal.SIGKILL)
        check("when it is killed the daemon ends", daemon.process.wait(30) == 1, daemon.text())
        check("and says why", "the network process was ended by signal 9" in daemon.text()[before:], daemon.text()[before:])
        check("with its socket", not (daemon.repository / "wmid.sock").exists())
    with Daemon(scratch) as daemon:
        network = daemon.network()[0]
        daemon.process.kill()
        daemon.process.wait(30)
        check("when the other one is killed it ends too", wait_for(lambda: not alive(network), 10))
    with Daemon(scratch, "--network-user", "no-such-user") as daemon:
        check("a user who does not exist is named", daemon.process.wait(10) == 1 and "no-such-user" in daemon.text(), daemon.text())
    with Daemon(scratch, "--network-user", "root") as daemon:
        check("root as its user splits nothing off", daemon.network() == [] and daemon.remote("alice", *OK_QUERY)[0] == 0, daemon.text())
    with Daemon(scratch, "--network-user", USER) as daemon:
        uid = str(pwd.getpwnam(USER).pw_uid)
        check("another user is taken", [status_of(pid)["Uid"].split()[0] for pid in daemon.network()] == [uid], daemon.text())


if not (BIN / "wmid").exists():
    print("1..0 # SKIP wmid is not built")
    sys.exit(0)
if os.geteuid() != 0:
    print("1..0 # SKIP only root can give up rights: run this as root")
    sys.exit(0)
with tempfile.TemporaryDirectory(prefix="openwmi-privilege.") as folder:
    with Daemon(pathlib.Path(folder)) as one:
        test_rights(one)
        test_work(one)
        test_reload(one)
    test_ends(pathlib.Path(folder))
print(f"1..{count}")
sys.exit(1 if failed else 0)
