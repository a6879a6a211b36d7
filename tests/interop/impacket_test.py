#!/usr/bin/python3
"""Another implementation's client against our server: impacket's example programs and its library, at integrity and at privacy, in a
network of their own; what they said is read by a third one. TAP output."""
import contextlib, io, os, pathlib, shutil, sys, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab

EXAMPLES = pathlib.Path("/usr/share/doc/python3-impacket/examples")
CREATOR = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0]  # BUILTIN\Administrators; arrays are to be given: defaults of arrays it cannot send


def query_program(server, level):
    queries = server.scratch / "queries"
    queries.write_text("SELECT Name, ProcessId FROM Win32_Process WHERE ProcessId = 1\nSELECT * FROM Win32_OperatingSystem\n"
                       "SELECT * FROM Win32_LogicalDisk\ndescribe Win32_Process\n")
    status, text = lab.run("/usr/bin/python3", EXAMPLES / "wmiquery.py", "-rpc-auth-level", level, "-file", queries,
                           f"{lab.USER}:{lab.PASSWORD}@{lab.ADDRESS}")
    lab.check(f"wmiquery at {level}: rows come", status == 0 and "ProcessId" in text and "FreeSpace" in text and "[-]" not in text, text)
    lab.check(f"wmiquery at {level}: a class is described", "GetOwner" in text and "Terminate" in text, text)


def exec_program(server):
    marker = server.scratch / "made-by-wmiexec"
    status, text = lab.run("/usr/bin/python3", EXAMPLES / "wmiexec.py", "-silentcommand", f"{lab.USER}:{lab.PASSWORD}@{lab.ADDRESS}",
                           f"touch {marker}")
    for _ in range(50):
        if marker.exists():
            break
        time.sleep(0.1)
    lab.check("wmiexec starts a process", marker.exists(), f"exit status {status}\n{text}\n{server.log_text()}")


def persist_program(server):
    script = server.scratch / "script.vbs"
    script.write_text("x = 1\n")
    base = ["/usr/bin/python3", EXAMPLES / "wmipersist.py", f"{lab.USER}:{lab.PASSWORD}@{lab.ADDRESS}"]
    status, text = lab.run(*base, "install", "-name", "persist", "-vbs", script, "-timer", "3600000")
    lab.check("wmipersist installs its four objects", status == 0 and text.count(" - OK") == 4 and "ERROR" not in text, text)
    status, text = lab.run(*base, "remove", "-name", "persist")
    lab.check("wmipersist removes them", status == 0 and text.count(" - OK") == 4 and "ERROR" not in text, text)


class Session:
    """One login through the library."""

    def __init__(self, name_space, level):
        from impacket.dcerpc.v5 import rpcrt
        from impacket.dcerpc.v5.dcom import wmi
        from impacket.dcerpc.v5.dcomrt import DCOMConnection
        from impacket.dcerpc.v5.dtypes import NULL
        self.connection = DCOMConnection(lab.ADDRESS, lab.USER, lab.PASSWORD, "", "", "", "", oxidResolver=True, doKerberos=False)
        login = wmi.IWbemLevel1Login(self.connection.CoCreateInstanceEx(wmi.CLSID_WbemLevel1Login, wmi.IID_IWbemLevel1Login))
        self.services = login.NTLMLogin(name_space, NULL, NULL)
        levels = {"integrity": rpcrt.RPC_C_AUTHN_LEVEL_PKT_INTEGRITY, "privacy": rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY}
        self.services.get_dce_rpc().set_auth_level(levels[level])
        login.RemRelease()

    def make(self, class_name, **values):
        cls, _ = self.services.GetObject(class_name)
        instance = cls.SpawnInstance()
        for name, value in values.items():
            setattr(instance, name, value)
        return instance

    def put(self, instance):
        with contextlib.redirect_stdout(io.StringIO()):  # it prints what it sends
            octets = instance.marshalMe()
        return self.services.PutInstance(octets).GetCallStatus(0)

    def delete(self, path):
        return self.services.DeleteInstance(path).GetCallStatus(0)

    def rows(self, query):
        enum = self.services.ExecQuery(query)
        found = []
        while True:
            try:
                found.append(enum.Next(0xFFFFFFFF, 1)[0].getProperties())
            except Exception as error:  # its way to say that there are no more
                if "S_FALSE" not in str(error):
                    raise
                return found


def subscription(level):
    """What installers of permanent subscriptions do."""
    session = Session("//./root/subscription", level)
    try:
        name = f"interop-{level}"
        consumer = session.make("ActiveScriptEventConsumer", Name=name, ScriptingEngine="VBScript", ScriptText="x = 1", CreatorSID=CREATOR)
        session.put(consumer)
        timer = session.make("__IntervalTimerInstruction", TimerId=name, IntervalBetweenEvents=60000, SkipIfPassed=False)
        session.put(timer)
        event_filter = session.make("__EventFilter", Name=name, Query=f'SELECT * FROM __TimerEvent WHERE TimerID = "{name}"',
                                    QueryLanguage="WQL", EventNamespace="root\\subscription",
                                    CreatorSID=CREATOR)
        session.put(event_filter)
        binding = session.make("__FilterToConsumerBinding", Filter=f'__EventFilter.Name="{name}"',
                               Consumer=f'ActiveScriptEventConsumer.Name="{name}"',
                               CreatorSID=CREATOR)
        session.put(binding)
        stored = session.rows(f"SELECT * FROM __EventFilter WHERE Name = '{name}'")
        lab.check(f"PutInstance at {level}: the filter is stored", len(stored) == 1 and "__TimerEvent" in str(stored[0]["Query"]["value"]), stored)
        bound = session.rows("SELECT * FROM __FilterToConsumerBinding")
        lab.check(f"PutInstance at {level}: the binding is stored", len(bound) == 1, bound)
        session.delete(f'__FilterToConsumerBinding.Consumer="ActiveScriptEventConsumer.Name=\\"{name}\\"",'
                       f'Filter="__EventFilter.Name=\\"{name}\\""')
        session.delete(f'__EventFilter.Name="{name}"')
        session.delete(f'__IntervalTimerInstruction.TimerId="{name}"')
        session.delete(f'ActiveScriptEventConsumer.Name="{name}"')
        lab.check(f"DeleteInstance at {level}: nothing is left", session.rows("SELECT * FROM __EventFilter") == []
                  and session.rows("SELECT * FROM __FilterToConsumerBinding") == [])
    finally:
        session.connection.disconnect()


def methods(level):
    session = Session("//./root/cimv2", level)
    try:
        process, _ = session.services.GetObject("Win32_Process")
        result = process.Create("sleep 300", "/", None)
        pid = result.ProcessId
        lab.check(f"ExecMethod at {level}: Create starts a process", result.ReturnValue == 0 and pathlib.Path(f"/proc/{pid}").exists(), pid)
        instance, _ = session.services.GetObject(f'Win32_Process.Handle="{pid}"')
        lab.check(f"GetObject at {level}: by its path", instance.ProcessId == pid, pid)
        ended = instance.Terminate(0)
        lab.check(f"ExecMethod at {level}: Terminate on the instance", ended.ReturnValue == 0, ended.ReturnValue)
    finally:
        session.connection.disconnect()


def asks_mapper():
    return shutil.which("rpcclient") is not None and lab.real_root()


def mapper(how):
    def ask(command):
        return lab.run("rpcclient", "-U", f"{lab.USER}%{lab.PASSWORD}", f"ncacn_ip_tcp:{lab.ADDRESS}[135,{how}]", "-c", command, seconds=20)

    status, text = ask("epmmap")  # asks for lsarpc over named pipes, which is not there
    lab.check(f"rpcclient's epmmap, {how}: the mapper says that it is not registered", "epm_Map returned" in text and "0x16C9A0D6" in text, text)
    status, text = ask("epmmap IOXIDResolver ncacn_ip_tcp")
    lab.check(f"rpcclient's epmmap, {how}: the resolver's address", status == 0 and f"ncacn_ip_tcp:{lab.ADDRESS}[135" in text, text)
    status, text = ask("epmlookup")
    lab.check(f"rpcclient's epmlookup, {how}: comes to its end", "no more entries" in text and text.count("ncacn_ip_tcp") < 50, text)


def attempt(name, action, server):
    try:
        action()
    except Exception as error:
        lab.check(name, False, f"{type(error).__name__}: {error}\n{server.log_text()}")


def ours(server):
    """Our own client, callbacks over the wire included."""
    password = server.scratch / "password"
    password.write_text(lab.PASSWORD + "\n")
    for level in ("integrity", "privacy"):
        base = [lab.BIN / "wmi", "--host", lab.ADDRESS, "-U", lab.USER, "--password-file", password, "--auth-level", level, "-o", "jsonl"]
        status, text = lab.run(*base, "query", "SELECT ProcessId, Name FROM Win32_Process")
        lab.check(f"our query at {level}", status == 0 and '"ProcessId":1' in text.replace(" ", ""), text)
        status, text = lab.run(*base, "call", "Win32_Process", "Create", "CommandLine=true", "--async")
        lab.check(f"our call with callbacks at {level}", status == 0 and '"ReturnValue":0' in text, text + server.log_text())


def main():
    lab.enter()
    try:
        import impacket  # noqa: F401
    except ImportError:
        lab.skip("impacket against our server", "python3-impacket is not installed")
        lab.finish()
    with lab.Server() as server:
        capture = lab.Capture(server.scratch)
        if not lab.Capture.available():
            lab.skip("an independent dissector reads the session", "tshark is not installed, or this is not root")
            exercise(server)
        else:
            with capture:
                exercise(server)
            sealed = capture.count("dcerpc.auth_level == 6 && dcerpc.decrypted_stub_data")
            lab.check("sealed calls are opened by the password", sealed > 50, sealed)
            lab.check("no malformed packet", not capture.malformed(), capture.malformed())
            lab.check("no expert error", not capture.expert_errors(), capture.expert_errors())
            calls = capture.count("dcerpc.pkt_type == 0")
            lab.check("the capture has the calls", calls > 50, calls)
        if asks_mapper():  # after a mechListMIC the dissector cannot follow what is sealed, whoever sealed it
            attempt("rpcclient, spnego,seal", lambda: mapper("spnego,seal"), server)
        lab.check("the server is alive", server.process.poll() is None, server.log_text())
    lab.finish()


def exercise(server):
    for level in ("integrity", "privacy"):
        attempt(f"wmiquery at {level}", lambda: query_program(server, level), server)
        attempt(f"methods at {level}", lambda: methods(level), server)
        attempt(f"subscriptions at {level}", lambda: subscription(level), server)
    attempt("wmiexec", lambda: exec_program(server), server)
    attempt("wmipersist", lambda: persist_program(server), server)
    if asks_mapper():
        for how in ("sign", "seal", "spnego,sign"):
            attempt(f"rpcclient, {how}", lambda: mapper(how), server)
    else:
        lab.skip("rpcclient asks the endpoint mapper", "smbclient is not installed, or this is not root")
    attempt("our client", lambda: ours(server), server)


main()
