"""A network of its own with a server on TCP 135, and a capture of everything that is said there.

    import lab
    lab.enter()                        # this process goes on inside the network, or the test is skipped
    with lab.Server() as server:
        with lab.Capture(server.scratch) as capture: ...
"""
import contextlib, os, pathlib, re, select, shutil, signal, subprocess, sys, tempfile, time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("OWMI_BIN", SOURCE / "build/release/bin"))
ADDRESS = "192.0.2.1"  # on the loopback device of the private network
ADDRESS6 = "2001:db8::1"
USER, PASSWORD = "tester", "Correct-Horse-7"
INSIDE = "OWMI_TEST_NETWORK"

count = 0
failed = 0


def check(name, good, detail=""):
    """One line of TAP."""
    global count, failed
    count += 1
    failed += not good
    lines = [line for line in str(detail).splitlines() if line.strip()] if not good else []
    print(f"{'ok' if good else 'not ok'} {count} - {name}" + "".join(f"\n# {line}" for line in lines[-40:]), flush=True)
    return good


def skip(name, why):
    global count
    count += 1
    print(f"ok {count} - {name} # SKIP {why}", flush=True)


def finish():
    print(f"1..{count}")
    sys.exit(1 if failed else 0)


def enter(host=None):
    """Starts this script again inside a private network, where port 135 is free for whoever runs it. `host`: the machine's name there."""
    if os.environ.get(INSIDE):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        subprocess.run(["ip", "address", "add", f"{ADDRESS}/32", "dev", "lo"], check=True)
        subprocess.run(["ip", "address", "add", f"{ADDRESS6}/128", "dev", "lo", "nodad"], capture_output=True)  # where there is IPv6
        # Frames as on Ethernet: the dissector opens one sealed packet of a frame, and loses the key stream with the next.
        for setting in (["mtu", "1500"], ["gso_max_segs", "1"], ["gso_max_size", "1500"]):
            subprocess.run(["ip", "link", "set", "dev", "lo", *setting], check=True)
        # Without them a whole fragment (5840 octets) fills four frames to the end, and the next one begins a frame.
        with contextlib.suppress(OSError):  # read-only in some containers
            pathlib.Path("/proc/sys/net/ipv4/tcp_timestamps").write_text("0")
        if host:
            name_machine(host)
        return
    more = ["--net", "--uts", "--mount"] if host else ["--net"]
    ways = [["unshare", *more], ["unshare", "--user", "--map-root-user", *more]]
    for way in ways:
        if subprocess.run(way + ["true"], capture_output=True).returncode == 0:
            os.execvpe(way[0], way + [sys.executable, *sys.argv], dict(os.environ, **{INSIDE: "1"}))
    skip(pathlib.Path(sys.argv[0]).stem, "this machine does not allow private networks")
    finish()


def real_root():
    """Not only the root of a user namespace: Samba's programs insist on files that are root's, and tshark captures nothing there."""
    return pathlib.Path("/proc/self/uid_map").read_text().split()[:2] == ["0", "0"] and os.geteuid() == 0


def has_ipv6():
    return ADDRESS6 in subprocess.run(["ip", "-6", "address", "show", "dev", "lo"], capture_output=True, text=True).stdout


def name_machine(host):
    """In namespaces of our own: the system's name, and a hosts file that knows it."""
    subprocess.run(["hostname", host], check=True)
    with tempfile.NamedTemporaryFile("w", prefix="openwmi-hosts.") as hosts:
        hosts.write(f"127.0.0.1 localhost\n{ADDRESS} {host}\n{ADDRESS6} six.{host}\n")
        hosts.flush()
        os.chmod(hosts.name, 0o644)
        subprocess.run(["mount", "--bind", hosts.name, "/etc/hosts"], check=True)  # which keeps the file


def wait_line(stream, pattern, seconds):
    """The match in what a program writes, or None when it ends or takes longer."""
    end, text = time.monotonic() + seconds, ""
    while time.monotonic() < end:
        if select.select([stream], [], [], 0.1)[0]:
            piece = os.read(stream.fileno(), 65536).decode("utf-8", "replace")
            if not piece:
                return None
            text += piece
            found = re.search(pattern, text)
            if found:
                return found
    return None


class Server:
    """wmid on ADDRESS with the account tester, an administrator."""

    def __init__(self, *arguments, address=ADDRESS):
        self.stack = contextlib.ExitStack()
        self.scratch = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="openwmi-interop.")))
        self.arguments, self.address = list(arguments), address
        self.accounts, self.repository = self.scratch / "accounts", self.scratch / "repository"

    def add_account(self, name, password, *options):
        subprocess.run([BIN / "wmi", "account", "add", name, "--accounts", self.accounts, "--password-stdin", *options],
                       input=password + "\n", text=True, check=True, capture_output=True)

    def __enter__(self):
        self.add_account(USER, PASSWORD, "--group", "Administrators", "--unix-user", "root")
        self.log = open(self.scratch / "wmid.log", "wb")
        self.process = subprocess.Popen(
            [BIN / "wmid", "--repository", self.repository, "--accounts", self.accounts, "--listen", self.address,
             *map(str, self.arguments)],
            stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL)
        if not wait_line(self.process.stdout, r"wmid: ready on \S+", 30):
            self.__exit__(None, None, None)
            raise RuntimeError("wmid does not start:\n" + self.log_text())
        return self

    def log_text(self):
        return (self.scratch / "wmid.log").read_text("utf-8", "replace") if self.scratch.exists() else ""

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        self.log.close()
        self.stack.close()


class Capture:
    """What crosses the loopback device, and what an independent dissector says of it."""

    def __init__(self, scratch):
        self.file = pathlib.Path(scratch) / "capture.pcap"

    @staticmethod
    def available():
        return shutil.which("tshark") is not None and real_root()

    def __enter__(self):
        self.process = subprocess.Popen(["tshark", "-q", "-i", "lo", "-f", "tcp", "-w", self.file], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE)
        if not wait_line(self.process.stderr, r"Capturing on", 20):
            raise RuntimeError("tshark does not capture")
        time.sleep(0.5)
        return self

    def __exit__(self, *_):
        time.sleep(1)  # what is still on its way to the file
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        self.process.stderr.close()

    def read(self, *arguments):
        """tshark over the file, with the password that opens sealed stubs."""
        done = subprocess.run(["tshark", "-r", self.file, "-o", f"ntlmssp.nt_password:{PASSWORD}", "-o", "tcp.desegment_tcp_streams:TRUE",
                               *arguments], capture_output=True, text=True)
        return done.stdout

    def malformed(self):
        return self.read("-Y", "_ws.malformed")

    def expert_errors(self):
        """The errors of the expert information, a line each."""
        text = self.read("-q", "-z", "expert,error")
        rows = [line for line in text.splitlines() if re.match(r"\s+\d+\s+\S", line)]
        return "\n".join(rows)

    def count(self, display_filter):
        return len(self.read("-Y", display_filter, "-T", "fields", "-e", "frame.number").split())


def run(*command, stdin="", seconds=60, env=None):
    """(exit status, both streams) of a client."""
    try:
        done = subprocess.run([str(word) for word in command], input=stdin, capture_output=True, text=True, timeout=seconds,
                              env=dict(os.environ, **(env or {})))
        return done.returncode, done.stdout + done.stderr
    except subprocess.TimeoutExpired as error:
        return 124, f"{error.stdout}\n{error.stderr}\nout of time"
