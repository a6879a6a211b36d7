#!/usr/bin/env python3
"""The command line against daemons: every command on another machine, on many, the doctor, and the old wmic."""
import json, os, pathlib, pwd, re, signal, socket, subprocess, sys, tempfile, time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("OWMI_BIN", SOURCE / "build/release/bin"))
PASSWORD = "Correct-Horse-7"
MOF = """class Site { [key] string Name; uint32 Hosts; boolean Up; string Tags[]; datetime Since; };
instance of Site { Name = "Ulm"; Hosts = 7; Up = TRUE; Tags = {"a", "b"}; };
instance of Site { Name = "Bonn"; };
class SubSite : Site { uint8 Level; };
instance of SubSite { Name = "Sub"; Level = 3; };
"""
LOGIN_ERROR = "[wmi/wmic.c:196:main()] ERROR: Login to remote object.\n"
ROWS_ERROR = "[wmi/wmic.c:212:main()] ERROR: Retrieve result data.\n"
COMPLETED = {"event": "OnCompleted", "hresult": "0x00000000", "status": "WBEM_S_NO_ERROR"}
count = failed = 0


def check(name, good, detail=""):
    global count, failed
    count += 1
    failed += not good
    lines = str(detail).splitlines() if not good else []
    print(f"{'ok' if good else 'not ok'} {count} - {name}" + "".join(f"\n# {line}" for line in lines[-30:]), flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Done:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def __str__(self):
        return f"status {self.status}\n{self.out}\n{self.err}"


def run(*words, password=PASSWORD, stdin=""):
    environment = dict(os.environ, LC_ALL="C.UTF-8", OPENWMI_PASSWORD=password)
    environment.pop("OPENWMI_REPOSITORY", None)
    done = subprocess.run([str(word) for word in words], input=stdin, capture_output=True, text=True, timeout=60, env=environment)
    return Done(done.returncode, done.stdout, done.stderr)


class Daemon:
    """wmid on a free loopback port with accounts alice (Administrators), bob (no remote right)."""

    def __init__(self, scratch, name):
        self.repository, self.accounts = scratch / name, scratch / "accounts"
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        (scratch / "wmid.conf").write_text("")
        self.log = open(scratch / (name + ".log"), "w")
        self.process = subprocess.Popen(
            [BIN / "wmid", "--config", scratch / "wmid.conf", "--repository", self.repository, "--accounts", self.accounts, "--listen",
             "127.0.0.1", "--endpoint-port", str(self.port), "--object-port", "0"], stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if "ready" not in line:
            raise RuntimeError(f"wmid did not start: {line}")

    def end(self):
        self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def add_accounts(scratch):
    for name, more in (("alice", ["--group", "Administrators", "--unix-user", pwd.getpwuid(os.geteuid()).pw_name]), ("bob", [])):
        done = run(BIN / "wmi", "account", "add", name, "--password-stdin", "--accounts", scratch / "accounts", *more, stdin=PASSWORD + "\n")
        if done.status != 0:
            raise RuntimeError(str(done))


def test_commands(wmi, scratch, daemon):
    mof = scratch / "site.mof"
    mof.write_text(MOF)
    done = wmi("put", mof, "--async")
    events = done.rows() if done.status == 0 else []
    check("asynchronous puts call back, one completion each",
          [event["event"] for event in events] == ["OnObjectPut", "OnCompleted"] * 5 and events[-1] == COMPLETED, done)
    done = wmi("query", "SELECT * FROM Site WHERE Name = 'Ulm'")
    check("a query", done.status == 0 and done.rows() == [{"Name": "Ulm", "Hosts": 7, "Up": True, "Tags": ["a", "b"], "Since": None}], done)
    done = wmi("get", "Site", "-o", "mof")
    check("a class as text", done.status == 0 and done.out.startswith("class Site\n{\n  [key] string Name;"), done)
    done = wmi("get", 'Site.Name="Ulm"', "--auth-level", "integrity", "--system")
    check("an instance with system properties, signed only", done.status == 0 and done.rows()[0]["__RELPATH"] == 'Site.Name="Ulm"', done)
    done = wmi("call", "Win32_Process", "Create", "CommandLine=sleep 60", "--async")
    events = done.rows() if done.status == 0 else [{}]
    pid = events[0].get("object", {}).get("ProcessId", 0)
    check("an asynchronous call calls back", len(events) == 2 and pid > 0 and events[1] == COMPLETED, done)
    done = wmi("call", f'Win32_Process.Handle="{pid}"', "Terminate", "Reason=0")
    check("a call on an instance", done.status == 0 and done.rows() == [{"ReturnValue": 0}], done)
    done = wmi("delete", 'Site.Name="Bonn"')
    again = wmi("delete", 'Site.Name="Bonn"')
    check("a deletion, once", done.status == 0 and again.status == 1 and "WBEM_E_NOT_FOUND" in again.err, f"{done}{again}")
    check("classes", [row["__CLASS"] for row in wmi("classes", "*Site").rows()] == ["Site", "SubSite"])
    check("a description", wmi("describe", "Site").rows()[0]["class"] == "Site")
    check("namespaces", {"Namespace": "root\\cimv2"} in wmi("namespaces").rows())
    for words, code in ((("query", "SELECT * FROM Nope"), "0x80041010 WBEM_E_INVALID_CLASS"),
                        (("query", "SELEC"), "0x80041017 WBEM_E_INVALID_QUERY"),
                        (("-n", "root/nope", "classes"), "0x8004100E WBEM_E_INVALID_NAMESPACE"),
                        (("call", "Win32_Process", "Nope", "--async"), "0x8004102E WBEM_E_INVALID_METHOD")):
        done = wmi(*words)
        check(f"the error of {' '.join(words)}", done.status == 1 and code.split()[0] in done.out + done.err, done)


def test_rights(wmi, scratch, daemon):
    bob = lambda: run(BIN / "wmi", "--host", daemon.host, "-U", "bob", "query", "SELECT Name FROM Site")
    refused = bob()
    check("an account without Remote Enable", refused.status == 1 and "0x80041003" in refused.err, refused)
    granted = wmi("security", "grant", "root/cimv2", "bob", "remote", "--accounts", scratch / "accounts")
    let_in = bob()
    check("a right granted from elsewhere", granted.status == 0 and let_in.status == 0, f"{granted}{let_in}")
    unknown = wmi("security", "grant", "root/cimv2", "root", "remote")
    check("names of this machine mean nobody on another", unknown.status == 1 and "give the SID" in unknown.err, unknown)
    revoked = wmi("security", "revoke", "root/cimv2", "bob", "remote", "--accounts", scratch / "accounts")
    check("and revoked", revoked.status == 0 and bob().status == 1, revoked)
    done = run(BIN / "wmi", "--host", daemon.host, "-U", "alice", "namespaces", password="wrong")
    check("a wrong password", done.status == 1 and "0x8009030C" in done.err and "refused the login of alice" in done.err, done)
    (scratch / "password").write_text(PASSWORD + "\r\nmore\n")
    done = run(BIN / "wmi", "--host", daemon.host, "-U", "alice", "--password-file", scratch / "password", "namespaces", password="wrong")
    check("a password from a file", done.status == 0, done)


def test_many(scratch, one, two):
    hosts = scratch / "hosts"
    hosts.write_text(f"# ours\n{one.host}\n{two.host}\n")
    many = lambda host, *words: run(BIN / "wmi", "--host", host, "-U", "alice", *words)
    done = many(f"@{hosts}", "put", scratch / "site.mof", "--async")
    check("puts on two machines, each with its events",
          done.status == 0 and sorted({(row["host"], row["event"]) for row in done.rows()}) ==
          sorted((host, event) for host in (one.host, two.host) for event in ("OnObjectPut", "OnCompleted")), done)
    done = many(f"@{hosts}", "put", scratch / "site.mof")
    check("and each with its paths", done.status == 0 and {row["host"] for row in done.rows()} == {one.host, two.host}, done)
    done = many("", "query", "SELECT Name FROM Win32_Process")
    check("no machine is not this one", done.status == 2 and "--host names no machine" in done.err, done)
    done = many(f"@{hosts}", "query", "SELECT Hosts FROM Site WHERE Name = 'Ulm'")
    check("rows with their machine", sorted(row["Host"] for row in done.rows()) == sorted((one.host, two.host)), done)
    dead = f"127.0.0.1:{free_port()}"
    done = many(f"{one.host},{dead}", "query", "SELECT Hosts FROM Site WHERE Name = 'Ulm'", "-o", "csv")
    check("one of two is dead", done.status == 1 and done.out == f"Host,Hosts\n{one.host},7\n" and f"1 of 2 hosts failed: {dead}" in done.err, done)


def test_doctor(one):
    doctor = lambda user, password=PASSWORD, *more: run(BIN / "wmi", "doctor", one.host, "-U", user, *more, password=password)
    done = doctor("alice")
    rungs = [line.split()[0] for line in done.out.splitlines()]
    check("all rungs hold", done.status == 0 and rungs == ["ok"] * 9 and "answered by a callback" in done.out, done)
    done = doctor("alice", "wrong")
    check("the doctor names a wrong password", done.status == 1 and re.search(r"^FAIL  login .*refused the login of alice", done.out, re.M) and
          "not tried: activation, object port, namespace, query, callback" in done.out, done)
    done = doctor("bob", PASSWORD, "-o", "json")
    report = json.loads(done.out)
    states = {rung["rung"]: rung["ok"] for rung in report["rungs"]}
    check("the doctor names a missing right, as JSON", done.status == 1 and states["activation"] and states["namespace"] is False and
          states["query"] is None and "wmi security grant" in report["rungs"][6]["likely"], done)


def test_wmic(scratch, one):
    wmic = lambda *words: run(BIN / "wmic", *words)
    host = "//" + one.host
    login = f"--user=WORKGROUP\\alice%{PASSWORD}"
    done = wmic(login, host, "SELECT * FROM Site")
    check("blocks by class, alphabetical, in the old words", done.status == 0 and done.err == "" and done.out ==
          "CLASS: Site\nHosts|Name|Since|Tags|Up\n0|Bonn|(null)|NULL|False\n7|Ulm|(null)|(a,b)|True\n"
          "CLASS: SubSite\nHosts|Level|Name|Since|Tags|Up\n0|3|Sub|(null)|NULL|False\n", done)
    (scratch / "auth").write_text(f"username=alice\npassword={PASSWORD}\ndomain=\n")
    done = wmic(login, host, "SELECT Hosts FROM Site WHERE Hosts = 7")
    check("wmic: keys come along", done.out == "CLASS: Site\nHosts|Name\n7|Ulm\n", done)
    done = wmic("-A", scratch / "auth", "--namespace=root/cimv2", "--delimiter=^@^", host, "SELECT Name, Hosts FROM Site WHERE Hosts = 7")
    check("another delimiter, and a file for the login", done.out == "CLASS: Site\nHosts^@^Name\n7^@^Ulm\n", done)
    for name, words, out, err in (
            ("a wrong password", ("-Ualice%wrong", host, "SELECT * FROM Site"), LOGIN_ERROR, "NT_STATUS_ACCESS_DENIED - Access denied"),
            ("a missing right", (f"-Ubob%{PASSWORD}", host, "SELECT * FROM Site"), LOGIN_ERROR, "NT code 0x80041003 - NT code 0x80041003"),
            ("no such class", (login, host, "SELECT * FROM Nope"), ROWS_ERROR, "NT code 0x80041010 - NT code 0x80041010"),
            ("no such namespace", (login, "--namespace=root/nope", host, "SELECT * FROM Site"), LOGIN_ERROR,
             "NT code 0x8004100e - NT code 0x8004100e")):
        done = wmic(*words)
        check(f"wmic: {name}", (done.status, done.out, done.err) == (1, out, f"NTSTATUS: {err}\n"), done)


def test_silence():
    """A port that takes connections and never says a word: Ctrl-C ends at once, and the password is not to be seen."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        for name, words in (("wmic", [BIN / "wmic", "-U", "alice%hush-hush", "//" + host, "SELECT * FROM X"]),
                            ("wmi", [BIN / "wmi", "--host", host, "-U", "alice", "query", "SELECT * FROM X"]),
                            ("doctor", [BIN / "wmi", "doctor", host, "-U", "alice"])):
            program = subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                       env=dict(os.environ, OPENWMI_PASSWORD="x"))
            connection, _ = silent.accept()
            time.sleep(0.3)
            words_seen = pathlib.Path(f"/proc/{program.pid}/cmdline").read_text()
            began = time.monotonic()
            program.send_signal(signal.SIGINT)
            out, _ = program.communicate(timeout=20)
            connection.close()
            check(f"Ctrl-C while {name} connects", program.returncode == 1 and time.monotonic() - began < 3, f"{program.returncode} {out}")
            if name == "wmic":
                check("the password is overwritten in the arguments", "hush" not in words_seen and "alice%xxxx" in words_seen, words_seen)
        done = run(BIN / "wmi", "--host", host, "-U", "alice", "--connect-timeout", "0.5", "namespaces")
        check("a connection has a deadline", done.status == 1 and "0x800705B4" in done.err, done)


def test_names(scratch):
    """Servers of names that say nothing: the deadline of connecting counts all the same."""
    (scratch / "resolv.conf").write_text("nameserver 192.0.2.1\n")
    silent = ("ip link set lo up && ip route add 192.0.2.0/24 dev lo && mount --bind $0 /etc/resolv.conf && exec \"$@\"")
    words = lambda *more: run("unshare", "-rnm", "sh", "-c", silent, scratch / "resolv.conf", *more)
    if words("true").status != 0:
        return print("# skipped: no network of our own here")
    began = time.monotonic()
    done = words(BIN / "wmi", "--host", "server.example", "-U", "alice", "--connect-timeout", "1", "namespaces")
    check("a look-up that takes long", done.status == 1 and "no connection in time" in done.err and time.monotonic() - began < 4,
          f"{time.monotonic() - began} {done}")


def test_interrupt(scratch, one):
    """Ctrl-C ends a long file of puts, however quickly each of them ends."""
    mof = scratch / "many.mof"
    mof.write_text("class Many { [key] uint32 Id; };\n" + "".join(f"instance of Many {{ Id = {n}; }};\n" for n in range(40000)))
    words = [BIN / "wmi", "--host", one.host, "-U", "alice", "put", mof, "--async"]
    program = subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env=dict(os.environ, OPENWMI_PASSWORD=PASSWORD))
    for _ in range(10):
        program.stdout.readline()
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=60)
    check("Ctrl-C ends a file of puts", program.returncode == 1 and "WBEM_E_CALL_CANCELLED" in err and out.count("OnObjectPut") < 20000,
          f"{program.returncode} {out.count('OnObjectPut')} {err}")


def test_door(scratch, one):
    """Without --host the daemon of the very repository serves, and with none the files themselves."""
    local = lambda *words: run(BIN / "wmi", "--repository", one.repository, *words)
    done = local("put", scratch / "site.mof", "--async")
    name = socket.gethostname().split(".")[0].upper()
    paths = {row["path"].split("\\")[2] for row in done.rows() if row["event"] == "OnObjectPut"}
    check("puts through the daemon of the repository", done.status == 0 and paths == {name}, done)
    check("the daemon ends cleanly", one.end() == 0)
    done = local("query", "SELECT Name FROM Site WHERE Hosts = 7")
    check("and without it the files are used", done.status == 0 and done.rows() == [{"Name": "Ulm"}], done)


def main():
    with tempfile.TemporaryDirectory() as directory:
        scratch = pathlib.Path(directory)
        add_accounts(scratch)
        one, two = Daemon(scratch, "one"), Daemon(scratch, "two")
        try:
            wmi = lambda *words: run(BIN / "wmi", "--host", one.host, "-U", "alice", *words)
            test_commands(wmi, scratch, one)
            test_rights(wmi, scratch, one)
            test_many(scratch, one, two)
            test_doctor(one)
            test_wmic(scratch, one)
            test_silence()
            test_names(scratch)
            test_interrupt(scratch, one)
            test_door(scratch, one)
        finally:
            one.end()
            two.end()
    print(f"1..{count}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
