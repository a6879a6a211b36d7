#!/usr/bin/env python3
"""The daemon itself: start, sockets, doors of this machine, reload, end."""
import contextlib, os, pathlib, pwd, re, select, signal, socket, subprocess, sys, tempfile, time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("OWMI_BIN", SOURCE / "build/release/bin"))
PASSWORD = "Correct-Horse-7"
OK_QUERY = ("query", "SELECT Name FROM Win32_OperatingSystem")
BAD_QUERY = ("query", "SELECT * FROM NoSuchClass")
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


def run(*command, environment=None, stdin=""):
    done = subprocess.run([str(word) for word in command], input=stdin, capture_output=True, text=True, timeout=60,
                          env=dict(os.environ, **(environment or {})))
    return done.returncode, done.stdout + done.stderr


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


class Daemon:
    """wmid on a free loopback port, with a folder of its own."""

    def __init__(self, scratch, *arguments, repository="repository", environment=None, handed=(), listen=True):
        self.scratch, self.port = pathlib.Path(scratch), free_port()
        self.repository, self.accounts = self.scratch / repository, self.scratch / "accounts"
        self.config, self.log = self.scratch / "wmid.conf", self.scratch / "log"
        command = [BIN / "wmid", "--config", self.config, "--repository", self.repository, "--accounts", self.accounts,
                   *(("--listen", "127.0.0.1", "--endpoint-port", self.port) if listen else ()), *arguments]
        if not self.config.exists():
            self.config.write_text("")
        if handed:  # $LISTEN_PID is the daemon's own number, which the shell has before it
            command = ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh", *command]
            environment = dict(environment or {}, LISTEN_FDS=str(len(handed)))

        def place():
            for target, one in enumerate(handed, 3):
                os.dup2(one, target)

        numbers = tuple(range(3, 3 + len(handed)))
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL,
                                            env=dict(os.environ, **(environment or {})), preexec_fn=place if handed else None,
                                            pass_fds=numbers)
        self.ready = self.read_ready()

    def read_ready(self):
        if not select.select([self.process.stdout], [], [], 30)[0]:
            return ""
        return self.process.stdout.readline().decode()

    def text(self):
        return self.log.read_text()

    def wait_log(self, pattern, after=0):
        return wait_for(lambda: re.search(pattern, self.text()[after:]))

    def end(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(30)
        self.process.stdout.close()
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end(signal.SIGKILL)


def add_account(accounts, name):
    user = pwd.getpwuid(os.getuid()).pw_name
    return run(BIN / "wmi", "account", "add", name, "--accounts", accounts, "--password-stdin", "--group", "Administrators", "--unix-user",
               user, stdin=PASSWORD + "\n")


def over_network(daemon, name, *command):
    return run(BIN / "wmi", "--host", f"127.0.0.1:{daemon.port}", "-U", name, *command, environment={"OPENWMI_PASSWORD": PASSWORD})


def here(repository, *command):
    return run(BIN / "wmi", "--repository", repository, *command)


def test_life(scratch):
    add_account(scratch / "accounts", "alice")
    with Daemon(scratch) as daemon:
        check("it says where it serves", daemon.ready == f"wmid: ready on 127.0.0.1:{daemon.port}\n", daemon.ready + daemon.text())
        status, text = over_network(daemon, "alice", *OK_QUERY)
        check("an account is served over the network", status == 0 and '"Name"' in text, text)
        check("which it is silent about", daemon.text() == "", daemon.text())
        over_network(daemon, "alice", *BAD_QUERY)
        check("a failed operation is logged with peer, user, operation and code",
              daemon.wait_log(r"127\.0\.0\.1: \S*alice: \S+: 0x80041010 WBEM_E_INVALID_CLASS"), daemon.text())

        before = len(daemon.text())
        status, text = here(daemon.repository, *BAD_QUERY)
        check("a door that names the same directory uses the daemon", daemon.wait_log(r"local:\d+.*WBEM_E_INVALID_CLASS", before),
              text + daemon.text())
        status, text = run(BIN / "wmi", *OK_QUERY, environment={"OPENWMI_REPOSITORY": str(daemon.repository)})
        check("$OPENWMI_REPOSITORY too", status == 0 and '"Name"' in text, text)
        before = len(daemon.text())
        status, text = here(scratch / "other", *BAD_QUERY)
        time.sleep(0.2)
        check("a door that names another directory does not", "0x80041010" in text and len(daemon.text()) == before, text + daemon.text())

        mode = os.stat(daemon.repository / "wmid.sock").st_mode & 0o777
        check("everyone on this machine may connect", mode == 0o666, oct(mode))
        with Daemon(scratch) as second:
            check("one repository has one daemon", second.process.wait(10) == 1 and "listens there already" in daemon.text(), daemon.text())
        check("and keeps it", here(daemon.repository, *OK_QUERY)[0] == 0)

        daemon.end(signal.SIGKILL)
    check("after a crash a door works on the files", here(scratch / "repository", *OK_QUERY)[0] == 0)
    with Daemon(scratch) as daemon:
        check("a daemon starts in the place of one that crashed", daemon.ready != "", daemon.text())
        check("SIGTERM ends it well", daemon.end() == 0, daemon.text())
        check("with its socket", not (daemon.repository / "wmid.sock").exists())


def test_reload(scratch):
    with Daemon(scratch) as daemon:
        add_account(daemon.accounts, "bob")
        status, text = over_network(daemon, "bob", *OK_QUERY)
        check("an account that was added later is not known", status != 0, text)
        before = len(daemon.text())
        daemon.process.send_signal(signal.SIGHUP)
        check("SIGHUP reloads", daemon.wait_log("reloaded", before), daemon.text())
        status, text = over_network(daemon, "bob", *OK_QUERY)
        check("and then it is", status == 0, text)

        daemon.config.write_text("max-connections = 1\nmax-conections = 2\n")
        before = len(daemon.text())
        daemon.process.send_signal(signal.SIGHUP)
        check("a mistake in the configuration is named",
              daemon.wait_log(r"not reloaded.*wmid\.conf:2: no key 'max-conections'; did you mean max-connections\?", before), daemon.text())
        with socket.create_connection(("127.0.0.1", daemon.port)):
            check("and changes nothing", over_network(daemon, "bob", *OK_QUERY)[0] == 0)
            daemon.config.write_text("max-connections = 1\nobject-port = 9999\n")
            before = len(daemon.text())
            daemon.process.send_signal(signal.SIGHUP)
            check("what needs a restart is named", daemon.wait_log("object-port counts from the next start on", before), daemon.text())
            check("limits count at once", wait_for(lambda: over_network(daemon, "bob", *OK_QUERY)[0] != 0), daemon.text())
        check("until there is room", wait_for(lambda: here(daemon.repository, *OK_QUERY)[0] == 0))

        os.chmod(daemon.accounts, 0o644)
        before = len(daemon.text())
        daemon.process.send_signal(signal.SIGHUP)
        check("accounts that others may read are refused, the old ones stay", daemon.wait_log("not reloaded", before), daemon.text())
        daemon.config.write_text("")


def test_mistakes(scratch):
    status, text = run(BIN / "wmid", "--repository", scratch / "r", "--endpoint-port", "0")
    check("a wrong flag is status 2", status == 2 and "--endpoint-port: endpoint-port = 0: not a whole number from 1 to 65535" in text, text)
    status, text = run(BIN / "wmid", "--listn", "127.0.0.1", "--repository", scratch / "r")
    check("so is a flag that there is not", status == 2 and "--listn" in text, text)
    status, text = run(BIN / "wmid", "--config", scratch / "missing.conf", "--repository", scratch / "r")
    check("a configuration that is not there too", status == 2 and "missing.conf" in text, text)
    status, text = run(BIN / "wmid", "--repository", scratch / "r", "--listen", "192.0.2.77", "--endpoint-port", free_port())
    check("an address of another machine is status 1", status == 1 and "192.0.2.77" in text, text)
    status, text = run(BIN / "wmid", "--repository", "/proc/nowhere", "--listen", "127.0.0.1", "--endpoint-port", free_port())
    check("a repository that cannot be made too", status == 1 and "/proc/nowhere" in text, text)
    on_full_disk = ("mount -t tmpfs -o size=64k tmpfs $0 && mkdir $0/r && { dd if=/dev/zero of=$0/fill bs=4k 2>&- || true; } && exec \"$@\"")
    (scratch / "full").mkdir()
    if run("unshare", "-rm", "sh", "-c", "mount -t tmpfs tmpfs $0", scratch / "full")[0] != 0:
        return print("# skipped: no file systems of our own here")
    status, text = run("unshare", "-rm", "sh", "-c", on_full_disk, scratch / "full", BIN / "wmid", "--repository", scratch / "full/r",
                       "--listen", "127.0.0.1", "--endpoint-port", free_port())
    check("so is a full disk", status == 1 and "No space left on device" in text, f"{status} {text}")


def test_service_manager(scratch):
    add_account(scratch / "accounts", "carol")
    with contextlib.ExitStack() as stack:
        notices = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        notices.bind(str(scratch / "notify"))
        notices.settimeout(20)
        endpoint = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        local = stack.enter_context(socket.socket(socket.AF_UNIX))
        local.bind(str(scratch / "handed.sock"))
        local.listen()
        port = endpoint.getsockname()[1]
        daemon = stack.enter_context(Daemon(scratch, "--listen", "127.0.0.1", "--endpoint-port", port, listen=False,
                                            handed=(endpoint.fileno(), local.fileno()), environment={"NOTIFY_SOCKET": str(scratch / "notify")}))
        daemon.port = port
        check("it serves sockets that were handed over", daemon.ready == f"wmid: ready on 127.0.0.1:{port}\n", daemon.ready + daemon.text())
        check("the service manager hears when it is ready", "READY=1" in notices.recv(4096).decode())
        status, text = over_network(daemon, "carol", *OK_QUERY)
        check("on TCP", status == 0, text)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(scratch / "handed.sock"))
            client.settimeout(20)
            client.send(b"GET / HTTP/1.0\r\n\r\n")
            check("on the UNIX socket", client.recv(16)[:3] == b"\x05\x00\x03")
        daemon.process.send_signal(signal.SIGHUP)
        check("when it reloads", re.search(r"RELOADING=1\nMONOTONIC_USEC=\d+", notices.recv(4096).decode()) is not None)
        check("when it has reloaded", "READY=1" in notices.recv(4096).decode())
        daemon.process.send_signal(signal.SIGTERM)
        check("when it ends", "STOPPING=1" in notices.recv(4096).decode())
        check("well", daemon.end() == 0, daemon.text())
        check("and leaves what is not its own", (scratch / "handed.sock").exists())


def test_places(scratch):
    deep = "/".join(["d" * 60] * 4)
    (scratch / deep).mkdir(parents=True)
    with Daemon(scratch, repository=deep + "/repository") as daemon:
        before = len(daemon.text())
        here(daemon.repository, *BAD_QUERY)
        check("a directory with a long name is served", daemon.wait_log("local:.*WBEM_E_INVALID_CLASS", before), daemon.text())
        check("and freed", daemon.end() == 0 and not (daemon.repository / "wmid.sock").exists())
    port = free_port()
    command = [BIN / "wmid", "--background", "--repository", scratch / "back", "--accounts", scratch / "accounts", "--listen", "127.0.0.1",
               "--endpoint-port", port, "--log-level", "error"]
    with open(scratch / "back.log", "wb") as log:  # standard error stays the daemon's
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, timeout=60)
    check("in the background it returns when it serves", (done.returncode, done.stdout.decode()) == (0, f"wmid: ready on 127.0.0.1:{port}\n"),
          f"{done.stdout.decode()} {(scratch / 'back.log').read_text()}")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(scratch / "back/wmid.sock"))
        credentials = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    pid = int.from_bytes(credentials[:4], sys.byteorder)
    check("and goes on", here(scratch / "back", *OK_QUERY)[0] == 0)
    os.kill(pid, signal.SIGTERM)
    check("until it is told to end", wait_for(lambda: not (scratch / "back/wmid.sock").exists()))
    mute = subprocess.Popen(["sh", "-c", 'exec "$@" 0<&- 1>&- 2>&-', "sh", *(str(word) for word in command if word != "--background")])
    check("it serves without standard streams", wait_for(lambda: here(scratch / "back", *OK_QUERY)[0] == 0 and
                                                         (scratch / "back/wmid.sock").exists()))
    mute.terminate()
    check("and ends", mute.wait(30) == 0)


if not (BIN / "wmid").exists():
    print("1..0 # SKIP wmid is not built")
    sys.exit(0)
for test in (test_life, test_reload, test_mistakes, test_service_manager, test_places):
    with tempfile.TemporaryDirectory(prefix="openwmi-daemon.") as folder:
        test(pathlib.Path(folder))
print(f"1..{count}")
sys.exit(1 if failed else 0)
