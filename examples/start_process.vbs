' Starts a program by the method Create of Win32_Process without waiting for it: what came of it arrives as events.
' Usage: cscript start_process.vbs [command line]
Option Explicit

Dim command, services, process_class, parameters, sink, context, done

command = "sleep 2"
If WScript.Arguments.Count > 0 Then command = WScript.Arguments(0)

Set services = GetObject("winmgmts:root\cimv2")
Set process_class = services.Get("Win32_Process")
Set parameters = process_class.Methods_("Create").InParameters.SpawnInstance_()
parameters.CommandLine = command

' Whatever the sink fires calls the procedure Sink_ + its name.
Set sink = WScript.CreateObject("WbemScripting.SWbemSink", "Sink_")

' Comes back with each event and says which call it belongs to.
Set context = CreateObject("WbemScripting.SWbemNamedValueSet")
context.Add "what", "Create " & command

done = False
services.ExecMethodAsync sink, "Win32_Process", "Create", parameters, , , context
WScript.Echo "The call has returned; waiting for its events."

Do Until done
  WScript.Sleep 50   ' events arrive here
Loop

Sub Sink_OnObjectReady(results, asked)
  WScript.Echo asked("what").Value & ": ReturnValue = " & results.ReturnValue
  If results.ReturnValue = 0 Then Show results.ProcessId
End Sub

Sub Sink_OnCompleted(code, last_error, asked)
  WScript.Echo asked("what").Value & ": completed, 0x" & Hex(code)
  If Not last_error Is Nothing Then WScript.Echo "  " & last_error.Operation & ": " & last_error.Description
  done = True
End Sub

Sub Show(id)
  Dim found
  For Each found In services.ExecQuery("SELECT ProcessId, Name, CommandLine FROM Win32_Process WHERE ProcessId = " & id)
    WScript.Echo "  process " & found.ProcessId & ", " & found.Name & ": " & found.CommandLine
  Next
End Sub
