#!/usr/bin/env python3
"""Runs scripts that must print the same embedded, by the daemon's socket and over DCOM. TAP."""
import os, sys, tempfile

sys.dont_write_bytecode = True  # no files beside the tests
import seed_test
from seed_test import CONNECT, PASSWORD, Lab, check

SCRIPTS = {
    "methods of instances": (f"""
Set services = {CONNECT}
Set process = services.Get("Win32_Process.Handle='1'")
WScript.Echo process.GetOwner(user), Len(user) > 0, process.Methods_.Count = services.Get("Win32_Process").Methods_.Count
WScript.Echo process.ExecMethod_("GetOwner").User = user, process.Methods_("GetOwner").Origin
""", "0 -1 -1\n-1 Win32_Process\n"),
    "methods of rows": (f"""
For Each row In {CONNECT}.ExecQuery("SELECT Name FROM Win32_Process WHERE ProcessId = 1")
  WScript.Echo row.GetOwner(user), Len(user) > 0, row.Path_.RelPath
Next
""", '0 -1 Win32_Process.Handle="1"\n'),
    "the path of a put": (f"""
Set services = {CONNECT}
Set made = services.Get
made.Path_.Class = "Everywhere"
made.Properties_.Add("Name", 8).Qualifiers_.Add "key", True
Set path = made.Put_
Set fresh = services.Get(path.Path).SpawnInstance_
fresh.Name = "a"
Set path = fresh.Put_
WScript.Echo services.Get(path.Path).Name, services.Get(path).Path_.RelPath
services.Delete path.Path
services.Delete made.Put_.Path
""", 'a Everywhere.Name="a"\n'),
    "this machine by its names": ("""
For Each name In Array(".", "LocalHost", "127.0.0.1", "::1", CreateObject("WScript.Network").ComputerName)
  Set locator = CreateObject("WbemScripting.SWbemLocator")
  WScript.Echo locator.ConnectServer(name, "root\\cimv2").Get("Win32_Process.Handle='1'").Handle
Next
WScript.Echo GetObject("winmgmts:\\\\" & CreateObject("WScript.Network").ComputerName & "\\root\\cimv2:Win32_Process='1'").Handle
""", "1\n" * 6),
    "asynchronous methods of rows": (f"""
Set sink = WScript.CreateObject("WbemScripting.SWbemSink", "Sink_")
For Each row In {CONNECT}.ExecQuery("SELECT Name FROM Win32_Process WHERE ProcessId = 1")
  row.ExecMethodAsync_ sink, "GetOwner"
Next
done = False
While Not done
  WScript.Sleep 10
Wend
Sub Sink_OnObjectReady(out, context)
  WScript.Echo "ready", out.ReturnValue
End Sub
Sub Sink_OnCompleted(code, failure, context)
  WScript.Echo "completed", Hex(code)
  done = True
End Sub
""", "ready 0\ncompleted 0\n"),
}


def main():
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(os.path.realpath(folder))

        def everything(where, connect):
            for name, (text, wanted) in SCRIPTS.items():
                status, out, err = lab.run(text.replace(CONNECT, connect))
                check(status == 0 and not err and out == wanted, f"{where}: {name}", (status, out, err))

        everything("embedded", CONNECT)
        with lab.daemon() as port:
            everything("by the daemon's socket", CONNECT)
            everything("over DCOM",
                       f'CreateObject("WbemScripting.SWbemLocator").ConnectServer("127.0.0.1:{port}", "root\\cimv2", "tester", "{PASSWORD}")')
    print(f"1..{seed_test.number}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
