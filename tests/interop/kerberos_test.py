#!/usr/bin/python3
"""Kerberos end to end: a realm of its own, the daemon with a keytab, our client with tickets, keytab and password, calls with callbacks,
and another implementation's client. TAP output."""
import os, pathlib, shutil, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kdc, lab

USER, OTHER = "alice", "mallory"
USERS = {USER: "Correct-Horse-8", OTHER: "Other-Horse-9"}


def client(*words, env=None):
    return lab.run(lab.BIN / "wmi", "--host", kdc.HOST, "--kerberos", "-o", "jsonl", *words, env=env, seconds=20)


QUERY = ("query", "SELECT ProcessId, Name FROM Win32_Process WHERE ProcessId = 1")
CALL = ("call", "Win32_Process", "Create", "CommandLine=true")


def good(answer):
    return answer[0] == 0 and '"ProcessId":1' in answer[1]


def called(answer):
    return answer[0] == 0 and '"ReturnValue":0' in answer[1]


def detail(answer, server):
    return f"exit status {answer[0]}\n{answer[1]}\n{server.log_text()}"


def tickets(realm, server):
    cache = {"KRB5CCNAME": f"FILE:{realm.kinit(USER, server.scratch / 'tickets')}"}
    for level in ("integrity", "privacy"):
        answer = client("--auth-level", level, *QUERY, env=cache)
        lab.check(f"tickets of kinit at {level}: a query", good(answer), detail(answer, server))
    answer = client(*CALL, env=cache)
    lab.check("tickets of kinit: a method", called(answer), detail(answer, server))
    answer = client(*CALL, "--async", env=cache)
    lab.check("tickets alone verify no callback: refused before it starts", answer[0] != 0 and "callbacks cannot be verified" in answer[1],
              detail(answer, server))
    other = {"KRB5CCNAME": f"FILE:{realm.kinit(OTHER, server.scratch / 'others')}"}
    answer = client(*QUERY, env=other)
    lab.check("a principal without an account is refused", answer[0] != 0 and "0x8" in answer[1], detail(answer, server))
    return cache


def keytabs(realm, server):
    keys = ("--keytab", realm.client_keytab(USER), "-U", f"{USER}@{kdc.REALM}")
    for level in ("integrity", "privacy"):
        answer = client(*keys, "--auth-level", level, *QUERY)
        lab.check(f"keytab at {level}: a query", good(answer), detail(answer, server))
        answer = client(*keys, "--auth-level", level, *CALL, "--async")
        lab.check(f"keytab at {level}: a call with callbacks", called(answer) and "OnCompleted" in answer[1], detail(answer, server))
    mof = server.scratch / "class.mof"
    mof.write_text('class KerberosTest { [key] string Name; uint32 Size; };\ninstance of KerberosTest { Name = "one"; Size = 1; };\n')
    answer = client(*keys, "-n", "root\\default", "put", mof)
    lab.check("keytab: put of a class and an instance", answer[0] == 0, detail(answer, server))
    answer = client(*keys, "-n", "root\\default", "put", mof, "--async")
    lab.check("keytab: the same put with callbacks", answer[0] == 0 and "OnCompleted" in answer[1], detail(answer, server))
    answer = client(*keys, "-n", "root\\default", "query", "SELECT * FROM KerberosTest")
    lab.check("keytab: what was put is there", answer[0] == 0 and '"Size":1' in answer[1], detail(answer, server))


def passwords(server):
    secret = server.scratch / "alice-password"
    secret.write_text(USERS[USER] + "\n")
    answer = client("-U", f"{USER}@{kdc.REALM}", "--password-file", secret, *QUERY)
    lab.check("password from a file: a query", good(answer), detail(answer, server))
    answer = client("-U", f"{USER}@{kdc.REALM}", *QUERY, env={"OPENWMI_PASSWORD": USERS[USER]})
    lab.check("password from the environment: a query", good(answer), detail(answer, server))
    answer = client("-U", f"{USER}@{kdc.REALM}", *QUERY, env={"OPENWMI_PASSWORD": "wrong"})
    lab.check("a wrong password is refused", answer[0] != 0 and "0x8" in answer[1], detail(answer, server))
    answer = client("-U", f"{USER}@{kdc.REALM}", "--password-file", secret, *CALL, "--async")
    lab.check("a password verifies no callback by Kerberos: refused before it starts",
              answer[0] != 0 and "callbacks cannot be verified" in answer[1], detail(answer, server))


def others(cache, server):
    queries = server.scratch / "queries"
    queries.write_text("SELECT Name, ProcessId FROM Win32_Process WHERE ProcessId = 1\n")
    program = pathlib.Path("/usr/share/doc/python3-impacket/examples/wmiquery.py")
    if not program.exists():
        lab.skip("impacket by Kerberos", "python3-impacket is not installed")
        return
    # At privacy alone: this version cannot make the signatures of Kerberos.
    status, text = lab.run("/usr/bin/python3", program, "-k", "-no-pass", "-dc-ip", lab.ADDRESS, "-rpc-auth-level", "privacy", "-file", queries,
                           f"{kdc.REALM}/{USER}@{kdc.HOST}", env={"KRB5CCNAME": cache["KRB5CCNAME"].removeprefix("FILE:")})
    lab.check("impacket's wmiquery by Kerberos at privacy", status == 0 and "ProcessId" in text and "[-]" not in text, text + server.log_text())


def main():
    lab.enter(host=kdc.HOST)
    if kdc.missing():
        lab.skip("Kerberos against our server", f"{kdc.missing()} is not installed")
        lab.finish()
    server = lab.Server("--names", kdc.HOST)
    server.add_account(USER, "Not-What-The-Realm-Knows-1", "--group", "Administrators", "--unix-user", "root")
    with kdc.Kdc(server.scratch, USERS) as realm:
        server.arguments += ["--keytab", realm.keytab]
        with server:
            os.environ.pop("OPENWMI_PASSWORD", None)
            os.environ["KRB5CCNAME"] = f"FILE:{server.scratch}/none"
            cache = None
            if shutil.which("kinit"):
                cache = tickets(realm, server)
            else:
                lab.skip("tickets of kinit", "krb5-user is not installed")
            keytabs(realm, server)
            passwords(server)
            if cache:
                others(cache, server)
            lab.check("the server is alive", server.process.poll() is None, server.log_text())
    lab.finish()


main()
