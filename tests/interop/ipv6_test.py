#!/usr/bin/python3
"""Our client and our server by IPv6, by address and by name, callbacks included; the same by name over IPv4. TAP output."""
import os, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab

HOST = "server.test.example"
NAME6 = "six." + HOST


def wmi(host, *words):
    return lab.run(lab.BIN / "wmi", "--host", host, "-U", lab.USER, "-o", "jsonl", *words, env={"OPENWMI_PASSWORD": lab.PASSWORD}, seconds=20)


def exercise(server, host, title):
    status, text = wmi(host, "query", "SELECT ProcessId FROM Win32_Process WHERE ProcessId = 1")
    lab.check(f"{title}: a query", status == 0 and '"ProcessId":1' in text, text + server.log_text())
    status, text = wmi(host, "call", "Win32_Process", "Create", "CommandLine=true", "--async")
    lab.check(f"{title}: a call with callbacks", status == 0 and '"ReturnValue":0' in text and "OnCompleted" in text, text + server.log_text())


def main():
    lab.enter(host=HOST)
    if not lab.has_ipv6():
        lab.skip("our client and our server by IPv6", "this machine has no IPv6")
        lab.finish()
    with lab.Server("--listen", lab.ADDRESS6) as server:
        exercise(server, f"[{lab.ADDRESS6}]", "IPv6 address")
        exercise(server, f"[{lab.ADDRESS6}]:135", "IPv6 address and port")
        exercise(server, NAME6, "name with an IPv6 address")
        exercise(server, f"{HOST}:135", "name with an IPv4 address, and port")
        status, text = wmi("nobody.test.example", "query", "SELECT * FROM Win32_Process")
        lab.check("a name that nobody has: says so", status != 0 and "nobody.test.example" in text, text)
    with lab.Server("--endpoint-port", "11350", address=lab.ADDRESS6) as server:
        exercise(server, f"[{lab.ADDRESS6}]:11350", "IPv6 address and another port")
    lab.finish()


main()
