#!/usr/bin/env python3
"""cscript as people call it: options, exit codes, error lines, kinds of files, objects of the host. Prints TAP."""
import os, pathlib, pwd, re, signal, socket, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = pathlib.Path(os.environ.get("OWMI_BIN", ROOT / "build/release/bin"))
number = 0


def check(passed, name, detail=""):
    global number
    number += 1
    print(f"{'ok' if passed else 'not ok'} {number} - {name}")
    if not passed:
        print("# " + str(detail).replace("\n", "\n# "))


class Host:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "bin").mkdir()
        self.env = dict(os.environ, OPENWMI_REPOSITORY=f"{folder}/repository", XDG_CONFIG_HOME=f"{folder}/config", HOME=str(folder))
        self.env["PATH"] = f"{folder}/bin:{self.env['PATH']}"

    def write(self, name, text):
        data = text if isinstance(text, bytes) else text.encode()
        (self.folder / name).write_bytes(data)
        return name

    def run(self, *words, stdin="", program="cscript", timeout=300):
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        done = subprocess.run([BIN / program, *words], cwd=self.folder, env=self.env, input=data, capture_output=True, timeout=timeout)
        return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")

    def expect(self, name, words, status, out, err="", **more):
        got = self.run(*words, **more)
        check(got == (status, out, err), name, f"expected {(status, out, err)!r}\ngot      {got!r}")

    def vbs(self, name, text, out, status=0, err="", words=(), **more):
        self.write("t.vbs", text)
        self.expect(name, ["//nologo", *words[:0], "t.vbs", *words], status, out, err, **more)


def options(host):
    host.write("hi.vbs", 'WScript.Echo "hi"\n')
    host.expect("//nologo", ["//nologo", "hi.vbs"], 0, "hi\n")
    host.expect("the logo", ["hi.vbs"], 0, "OpenWMI Script Host Version 5.8\n\nhi\n")
    host.expect("as wscript", ["//nologo", "hi.vbs"], 0, "hi\n", program="wscript")
    host.expect("options behind the script", ["hi.vbs", "//NoLogo"], 0, "hi\n")
    host.expect("an unknown option", ["//q", "hi.vbs"], 1, "", 'Input Error: Unknown option "//q" specified.\n')
    host.expect("a wrong time", ["//T:x", "hi.vbs"], 1, "", 'Input Error: Invalid timeout value for "//T:x" option.\n')
    host.expect("no script", ["//nologo"], 1, "", "Input Error: There is no script file specified.\n")
    host.expect("no such script", ["//nologo", "no.vbs"], 1, "", f'Input Error: Can not find script file "{host.folder}/no.vbs".\n')
    host.write("hi.txt", 'WScript.Echo "hi"\n')
    host.expect("an unknown extension", ["//nologo", "hi.txt"], 1, "",
                'Input Error: There is no script engine for file extension ".txt".\n')
    host.expect("//E:", ["//nologo", "//E:VBScript", "hi.txt"], 0, "hi\n")
    host.expect("//E: of nothing", ["//nologo", "//E:Perl", "hi.vbs"], 1, "",
                'Input Error: Can\'t find script engine "Perl" for script "hi.vbs".\n')
    host.write("hi", "x")
    host.expect("no extension", ["//nologo", "hi"], 1, "", f'Input Error: There is no file extension in "{host.folder}/hi".\n')
    host.expect("a path of Windows", ["//nologo", str(host.folder).replace("/", "\\") + "\\HI.VBS"], 0, "hi\n")
    host.expect("//B prints nothing", ["//B", "hi.vbs"], 0, "")
    host.expect("//U", ["//nologo", "//U", "hi.vbs"], 0, "h\0i\0\n\0")
    host.expect("//S, //H: and //D change nothing", ["//nologo", "//D", "hi.vbs"], 0, "hi\n")
    status, out, err = host.run("//?")
    check(status == 0 and "Usage: cscript scriptfile" in out and "//T:n" in out and not err, "//?", out)


def ends(host):
    host.vbs("Quit", "WScript.Quit 7\nWScript.Echo 1", "", 7)
    host.vbs("Quit without a number", "WScript.Quit\nWScript.Echo 1", "", 0)
    host.vbs("Quit from a procedure, past handlers", "On Error Resume Next\nSub s\nWScript.Quit 3\nEnd Sub\ns\nWScript.Echo 1", "", 3)
    host.write("e.vbs", "Option Explicit\nDim a\na = b\n")
    status, out, err = host.run("//nologo", "e.vbs")
    check(status == 1 and err == "e.vbs(3, 1) Microsoft VBScript runtime error: Variable is undefined: 'b'\n", "a runtime error's line", err)
    host.write("s.vbs", "x = 1\nIf x Then\n")
    status, out, err = host.run("//nologo", "s.vbs")
    check(status == 1 and re.match(r"s\.vbs\(\d+, \d+\) Microsoft VBScript compilation error: Expected 'End'", err), "a syntax error's line", err)
    host.expect("//B: errors are not printed, the status stays", ["//B", "e.vbs"], 1, "")
    host.write("e.js", "function f() {\n  nowhere();\n}\nf();\n")
    host.expect("an error of JScript", ["//nologo", "e.js"], 1, "", "e.js(2, 1) Microsoft JScript runtime error: 'nowhere' is undefined\n")
    host.write("loop.vbs", "Do\nLoop\n")
    host.write("loop.js", "function f() { try { for (;;) {} } catch (e) { f(); } }\nf();")
    host.write("sleep.vbs", "WScript.Sleep 3600000\n")
    for script in ("loop.vbs", "loop.js", "sleep.vbs"):
        host.expect(f"//T: ends {script}", ["//nologo", "//T:1", script], 1, "",
                    f'Script execution time was exceeded on script "{script}".\nScript execution was terminated.\n')
    for script in ("loop.vbs", "sleep.vbs"):
        host.write("begun.vbs", "WScript.Echo 1\n" + (host.folder / script).read_text())
        running = subprocess.Popen([BIN / "cscript", "//nologo", "begun.vbs"], cwd=host.folder, env=host.env, stdout=subprocess.PIPE)
        running.stdout.readline()
        running.send_signal(signal.SIGINT)
        check(running.wait(300) == -signal.SIGINT, f"Ctrl-C ends {script}", running.returncode)
    host.vbs("WScript.Timeout", "WScript.Timeout = 1\nDo\nLoop", "", 1,
             'Script execution time was exceeded on script "t.vbs".\nScript execution was terminated.\n')
    host.write("handler.vbs", 'Set s = WScript.CreateObject("WbemScripting.SWbemSink", "S_")\n'
               'GetObject("winmgmts:root\\cimv2").GetAsync s, "Win32_Process"\nWScript.Sleep 3600000\nWScript.Echo "not reached"\n'
               "Sub S_OnObjectReady(o, c)\nx = 1 / 0\nEnd Sub\n")
    host.expect("an error in a handler ends the script", ["//nologo", "handler.vbs"], 1, "",
                "handler.vbs(6, 1) Microsoft VBScript runtime error: Division by zero\n")


def texts(host):
    for name, data in (("UTF-8", "ä€".encode()), ("UTF-8 with a mark", "\ufeffä€".encode()), ("UTF-16LE", "\ufeffä€".encode("utf-16-le")),
                       ("UTF-16BE", "\ufeffä€".encode("utf-16-be")), ("Windows-1252", "ä€".encode("cp1252"))):
        wide = {"UTF-16LE": "utf-16-le", "UTF-16BE": "utf-16-be"}.get(name)
        mark, text = (data[:2], data[2:]) if wide else (data[:3], data[3:]) if "mark" in name else (b"", data)
        code = lambda s: s.encode(wide or "ascii")
        host.vbs(f"a source in {name}", mark + code('WScript.Echo "') + text + code('"'), "ä€\n")
    host.vbs("line ends of Windows", 'WScript.Echo _\r\n  1\r\nWScript.Echo 2\r\n', "1\n2\n")
    host.vbs("a line for the shell", '#!/usr/bin/cscript\nWScript.Echo 1\n', "1\n")
    host.vbs("Echo", 'WScript.Echo\nWScript.Echo 1, "a", True, False, Null, 1.5, #2024-02-29#, Empty, "z"', "\n1 a -1 0 null 1.5 2/29/2024  z\n")
    host.vbs("StdIn, StdOut, StdErr", 'Do Until WScript.StdIn.AtEndOfStream\nWScript.StdOut.Write UCase(WScript.StdIn.ReadLine) & "."\nLoop\n'
             'WScript.StdErr.WriteLine "e"', "Ä.B.", 0, "e\n", stdin="ä\nb")
    host.vbs("MsgBox", 'WScript.Echo MsgBox("Go on?", vbYesNo + vbQuestion, "Title")', "== Title ==\n[?] Go on?\n[Yes] / No \n7\n", stdin="no\n")
    host.vbs("InputBox", 'WScript.Echo "<" & InputBox("Name?", "T", "x") & ">"', "== T ==\nName?\n[x] > <given>\n", stdin="given\n")
    host.vbs("InputBox at the end", 'WScript.Echo IsEmpty(InputBox("Name?"))', "== VBScript ==\nName?\n> \n-1\n")


def closed_output(host):
    host.write("loop.vbs", "Do\nWScript.Echo 1\nLoop\n")
    running = subprocess.Popen([BIN / "cscript", "//nologo", "loop.vbs"], cwd=host.folder, env=host.env, stdout=subprocess.PIPE)
    running.stdout.readline()
    running.stdout.close()
    try:
        check(running.wait(300) == -signal.SIGPIPE, "a closed output ends the script", running.returncode)
    except subprocess.TimeoutExpired:
        running.kill()
        check(False, "a closed output ends the script", "it goes on")


def full_output(host):
    host.write("hi.vbs", 'WScript.Echo "hi"\n')
    with open("/dev/full", "wb") as full:
        done = subprocess.run([BIN / "cscript", "//nologo", "hi.vbs"], cwd=host.folder, env=host.env, stdout=full, stderr=subprocess.PIPE)
    wanted = (1, b"The output can not be written: No space left on device\n")
    check((done.returncode, done.stderr) == wanted, "output that cannot be written is an error", done)


def numbers(host):
    host.vbs("numbers as CStr writes them", 'WScript.Echo 1 / 30, CSng(1 / 30), CSng(1E7), 0.00001, CSng(0.1), CCur("1.5"), 1E300 * 10\n'
             'WScript.Echo CStr(1 / 30), CStr(CSng(1E7))', "3.33333333333333E-02 3.333334E-02 1E+07 0.00001 0.1 1.5 1E+301\n3.33333333333333E-02 1E+07\n")


def facts(host):
    path = "C:" + str(host.folder).replace("/", "\\")
    host.vbs("names", "With WScript\n.Echo .ScriptName\n.Echo .ScriptFullName\n.Echo LCase(Right(.FullName, 12))\n.Echo .Version, .BuildVersion > 0\n"
             ".Echo .Name, .Interactive, .Timeout\n.Echo .Application Is WScript\nEnd With",
             f"t.vbs\n{path}\\t.vbs\n\\cscript.exe\n5.8 -1\nWindows Script Host -1 0\n-1\n")
    host.vbs("arguments", 'Set a = WScript.Arguments\nWScript.Echo a.Count, a.length, a(0), a.Item(1)\nWScript.Echo a.Named.Count, a.Named("s"), '
             'a.Named.Exists("q"), a.Unnamed.Count\nFor Each x In a.Unnamed\nWScript.Echo x\nNext\nFor Each x In a.Named\nWScript.Echo x\nNext\n'
             "On Error Resume Next\nWScript.Echo a(9)\nWScript.Echo Err.Number, Err.Description",
             "4 4 one /s:a:b\n2 a:b -1 2\none\n/etc/hosts\ns\nq\n9 Subscript out of range\n", words=["one", "/s:a:b", "/q", "/etc/hosts"])
    host.vbs("an unknown class", 'On Error Resume Next\nSet x = CreateObject("No.Such")\nWScript.Echo Err.Number, Err.Description',
             "429 ActiveX component can't create object: 'No.Such'\n")
    host.vbs("a wrong moniker", 'GetObject "winmgmts:{foo}"', "", 1,
             "t.vbs(1, 1) (null): Invalid syntax: column 11: expected impersonationLevel=, authenticationLevel=, authority= or privileges, "
             "with a value that they have\n")
    host.vbs("an object that fires no events", 'On Error Resume Next\nWScript.ConnectObject CreateObject("Scripting.Dictionary"), "x_"\n'
             "WScript.Echo Hex(Err.Number)", "80040200\n")


def circles(host):
    host.vbs("objects that hold each other end with the script", 'Class N\nPublic other, name\nPrivate Sub Class_Terminate\nWScript.Echo "end of " & name\n'
             'End Sub\nEnd Class\nSet a = New N : a.name = "a" : Set b = New N : b.name = "b"\nSet a.other = b : Set b.other = a\n'
             'Set c = New N : c.name = "c" : Set c.other = CreateObject("Scripting.Dictionary") : c.other.Add "owner", c\nWScript.Echo "last"',
             "last\nend of a\nend of b\nend of c\n")


def shell(host):
    begin = 'Set s = CreateObject("WScript.Shell")\n'
    host.vbs("Run waits", begin + 'WScript.Echo s.Run("sh -c ""exit 5""", 0, True), s.Run("cmd /c exit 6", 0, True), s.Run("true")', "5 6 0\n")
    host.vbs("Run of nothing", begin + 'On Error Resume Next\ns.Run "no-such-program x"\nWScript.Echo Hex(Err.Number), Err.Description',
             "80070002 The system cannot find the file specified: 'no-such-program'\n")
    host.write("inner.vbs", "WScript.Echo WScript.Arguments(0)\nWScript.Quit 9")
    host.vbs("Run of a script", begin + 'WScript.Echo s.Run("cscript.exe //nologo inner.vbs ""a b""", 0, True), s.Run("inner.vbs c", 0, True)',
             "a b\nc\n9 9\n")
    host.vbs("Exec", begin + 'Set e = s.Exec("sort")\ne.StdIn.WriteLine "b"\ne.StdIn.WriteLine "a"\ne.StdIn.Close\n'
             "Do Until e.StdOut.AtEndOfStream\nWScript.Echo e.StdOut.ReadLine\nLoop\nDo While e.Status = 0\nWScript.Sleep 5\nLoop\n"
             "WScript.Echo e.Status, e.ExitCode, e.ProcessID > 1", "a\nb\n1 0 -1\n")
    host.vbs("Exec of a silent program", begin + 'Set e = s.Exec("true")\nWScript.Echo "[" & e.StdOut.ReadAll & e.StdErr.ReadAll & "]"\n'
             'WScript.Echo "[" & WScript.StdIn.ReadAll & "]"\nOn Error Resume Next\nx = WScript.StdIn.ReadLine\nWScript.Echo Err.Number', "[]\n[]\n62\n")
    host.vbs("Terminate", begin + 'Set e = s.Exec("sleep 50")\ne.Terminate\nDo While e.Status = 0\nWScript.Sleep 5\nLoop\nWScript.Echo e.ExitCode', "143\n")
    host.vbs("a program that does not read", begin + 'Set e = s.Exec("true")\nDo While e.Status = 0\nWScript.Sleep 5\nLoop\nOn Error Resume Next\n'
             'e.StdIn.WriteLine "x"\nWScript.Echo Err.Number', "57\n")
    host.vbs("Environment", begin + 'Set e = s.Environment("PROCESS")\ne("OWN") = "x%y"\nWScript.Echo e("own"), e.Item("NONE") = "", e.Count > 3\n'
             'WScript.Echo s.ExpandEnvironmentStrings("<%OWN%> %none% 5%")\ns.Run "sh -c ""echo $OWN""", 0, True\ne.Remove "OWN"\n'
             'WScript.Echo "[" & e("OWN") & "]", s.Environment("System").Item("OS")', "x%y -1 -1\n<x%y> %none% 5%\nx%y\n[] Windows_NT\n")
    host.vbs("CurrentDirectory", begin + 's.CurrentDirectory = "C:\\etc"\nWScript.Echo s.CurrentDirectory\nOn Error Resume Next\n'
             's.CurrentDirectory = "C:\\none"\nWScript.Echo Hex(Err.Number)', "C:\\etc\n80070002\n")
    host.vbs("what Linux has not", begin + 'WScript.Echo s.AppActivate("x")\nOn Error Resume Next\ns.SendKeys "x"\nWScript.Echo Err.Number\n'
             'Err.Clear\ns.CreateShortcut "a.lnk"\nWScript.Echo Err.Number, Err.Description',
             "0\n445\n445 Shortcuts of Windows cannot be made on Linux: 'a.lnk'\n")
    host.vbs("Popup", begin + 'WScript.Echo s.Popup("Text", 300, "T", vbOKCancel)', "== T ==\nText\n[OK] / Cancel \n1\n")
    host.vbs("SpecialFolders", begin + 'WScript.Echo s.SpecialFolders("Desktop"), s.SpecialFolders("none") = "", s.SpecialFolders.Count > 9',
             "C:" + str(host.folder).replace("/", "\\") + "\\Desktop -1 -1\n")
    host.vbs("Network", 'Set n = CreateObject("WScript.Network")\nWScript.Echo n.UserName <> "", n.ComputerName <> "", n.EnumNetworkDrives.Count\n'
             'For Each d In n.EnumPrinterConnections\nNext\nOn Error Resume Next\nn.MapNetworkDrive "X:", "\\\\a\\b"\nWScript.Echo Err.Number',
             "-1 -1 0\n445\n")


def registry(host):
    begin = 'Set s = CreateObject("WScript.Shell")\nk = "HKCU\\Software\\Test\\"\n'
    host.vbs("RegWrite", begin + 's.RegWrite k & "text", "a ""b"""\ns.RegWrite k & "number", -1, "REG_DWORD"\ns.RegWrite k & "expand", "%HOME%!", "REG_EXPAND_SZ"\n'
             's.RegWrite k & "binary", 258, "REG_BINARY"\ns.RegWrite k, "default"\ns.RegWrite "HKLM\\Software\\M\\v", 5', "")
    host.vbs("RegRead in another process", begin + 'WScript.Echo s.RegRead(k & "TEXT"), s.RegRead(k & "number"), s.RegRead(k), s.RegRead("HKEY_LOCAL_MACHINE\\SOFTWARE\\m\\V")\n'
             'b = s.RegRead(k & "binary")\nWScript.Echo s.RegRead(k & "expand"), UBound(b), b(0), b(1)', f'a "b" -1 default 5\n{host.folder}! 3 2 1\n')
    host.vbs("RegDelete", begin + 's.RegDelete k & "text"\nOn Error Resume Next\ns.RegRead k & "text"\nWScript.Echo Hex(Err.Number)\nErr.Clear\n'
             's.RegDelete "HKCU\\Software\\"\nWScript.Echo Err.Number <> 0\nErr.Clear\ns.RegDelete k\nWScript.Echo Err.Number\ns.RegRead k\nWScript.Echo Hex(Err.Number)',
             "80070002\n-1\n0\n80070002\n")
    host.vbs("what is not in it", begin + 'On Error Resume Next\ns.RegRead k & "none"\nWScript.Echo Err.Source, Err.Description\n'
             's.RegDelete k & "none"\nWScript.Echo Err.Source, Err.Description',
             'WshShell.RegRead Unable to open registry key "HKCU\\Software\\Test\\none" for reading.\n'
             'WshShell.RegDelete Unable to remove registry key "HKCU\\Software\\Test\\none".\n')
    host.vbs("wrong ones", begin + 'On Error Resume Next\ns.RegRead "HKXX\\a"\nWScript.Echo Hex(Err.Number)\nErr.Clear\ns.RegWrite k & "x", 1, "REG_ODD"\nWScript.Echo Err.Number\n'
             'Err.Clear\ns.RegWrite k & "x", "word", "REG_DWORD"\nWScript.Echo Err.Number', "5\n5\n13\n")


def languages(host):
    host.write("mixed.wsf", """<job>
<script language="JScript">
function Double(x) { return 2 * x; }
function fails() { throw new Error(1234, "of JScript"); }
function back(n) { return Again(n + 1); }
function later() { return Behind() + 1; }
</script>
<script language="VBScript">
Function Half(x) : Half = x / 2 : End Function
Function Behind : Behind = 41 : End Function
Function Again(n) : Again = back(n) : End Function
Sub Zero : x = 1 / 0 : End Sub
WScript.Echo Double(4), later()
On Error Resume Next
fails
WScript.Echo Err.Number, Err.Description
Err.Clear
x = Again(1)
WScript.Echo Err.Number, Err.Description
</script>
<script language="JScript">
WScript.Echo(Half(5), typeof Nowhere);
try { Zero(); } catch (e) { WScript.Echo(e.number & 0xFFFF, e.description); }
</script>
</job>""")
    host.expect("procedures of the other language", ["//nologo", "mixed.wsf"], 0,
                "8 42\n1234 of JScript\n28 Out of stack space\n2.5 undefined\n11 Division by zero\n")


def wsf(host):
    host.write("common.vbs", "Function Twice(x)\nTwice = 2 * x\nEnd Function\n")
    host.write("jobs.wsf", """<package>
<job id="main">
<?job error="true" debug="false"?>
<reference object="WbemScripting.SWbemLocator"/>
<object id="dict" classid="clsid:EE09B103-97E0-11CF-978F-00A02463E06F"/>
<object id="sink" progid="WbemScripting.SWbemSink" events="true"/>
<resource id="text"> a &amp; b </resource>
<script language="VBScript" src="common.vbs"/>
<script language="VBScript">
dict.Add "a", Twice(4)
If 1 < 2 Then WScript.Echo dict("a"), wbemFlagReturnImmediately, getResource("text")
done = False
GetObject("winmgmts:root\\cimv2").GetAsync sink, "Win32_Process"
Do Until done
WScript.Sleep 10
Loop
Sub sink_OnCompleted(code, e, c)
done = True
WScript.Echo "completed", code
End Sub
</script>
<script language="JScript"><![CDATA[
WScript.Echo(dict("a"), wbemErrNotFound === (0x80041002 | 0), getResource("TEXT"));
]]></script>
</job>
<job id="other"><script>WScript.Echo "other"</script></job>
<job id="fails"><script>
x = 1

x = 1 / 0
</script></job>
<job id="quiet"><?job error="false"?><script>x = 1 / 0</script></job>
<job id="usage">
<runtime><description>What it does</description><named name="server" helpstring="where" required="true" type="string"/>
<unnamed name="file" helpstring="what" required="1"/><example>Example: x</example></runtime>
<script>WScript.Arguments.ShowUsage</script></job>
<job id="object"><object id="x" progid="No.Such"/><script>WScript.Echo 1</script></job>
<job id="reference"><reference object="No.Such"/><script>WScript.Echo 1</script></job>
</package>
""")
    host.expect("a job", ["//nologo", "jobs.wsf"], 0, "8 16  a & b \ncompleted 0\n8 -1  a & b \n")
    host.expect("//Job:", ["//nologo", "//Job:OTHER", "jobs.wsf"], 0, "other\n")
    host.expect("no such job", ["//nologo", "//job:none", "jobs.wsf"], 1, "", 'Input Error: Unable to find job "none".\n')
    host.expect("lines of errors are the file's", ["//nologo", "//job:fails", "jobs.wsf"], 1, "",
                "jobs.wsf(30, 1) Microsoft VBScript runtime error: Division by zero\n")
    host.expect("error=false", ["//nologo", "//job:quiet", "jobs.wsf"], 1, "")
    usage = "What it does\nUsage: jobs.wsf /server:value file\n\nOptions:\n\nserver : where\nfile   : what\nExample: x\n"
    host.expect("ShowUsage", ["//nologo", "//job:usage", "jobs.wsf", "x"], 0, usage)
    host.expect("/?", ["//nologo", "//job:usage", "jobs.wsf", "/?"], 0, usage)
    host.expect("an unknown object", ["//nologo", "//job:object", "jobs.wsf"], 1, "",
                "jobs.wsf Windows Script Host: ActiveX component can't create object: 'No.Such'\n")
    host.expect("an unknown reference", ["//nologo", "//job:reference", "jobs.wsf"], 1, "",
                'jobs.wsf Windows Script Host: There is no type library for "No.Such".\n')
    host.write("bad.wsf", "<job>\n<script>x")
    host.expect("a broken file", ["//nologo", "bad.wsf"], 1, "", "bad.wsf(2, 1) Windows Script Host: <script> has no end tag\n")


def daemon(host):
    """The same through a daemon: by its socket, which the script finds, and over DCOM as an account."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    accounts, config = f"{host.folder}/accounts", f"{host.folder}/wmid.conf"
    pathlib.Path(config).write_text("")
    done = subprocess.run([BIN / "wmi", "account", "add", "tester", "--accounts", accounts, "--password-stdin", "--group", "Administrators",
                           "--unix-user", pwd.getpwuid(os.geteuid()).pw_name], input=b"Correct-Horse-7", env=host.env, capture_output=True)
    server = subprocess.Popen([BIN / "wmid", "--config", config, "--repository", host.env["OPENWMI_REPOSITORY"], "--accounts", accounts,
                               "--listen", "127.0.0.1", "--endpoint-port", str(port)], env=host.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        ready = server.stdout.readline()
        if not ready:
            check(False, "wmid starts", done.stderr.decode() + server.stderr.read().decode())
            return
        program = """
Set services = {connect}
Set parameters = services.Get("Win32_Process").Methods_("Create").InParameters.SpawnInstance_
parameters.CommandLine = "true"
Set sink = WScript.CreateObject("WbemScripting.SWbemSink", "Sink_")
done = False
services.ExecMethodAsync sink, "Win32_Process", "Create", parameters
Do Until done
WScript.Sleep 20
Loop
Sub Sink_OnObjectReady(o, c)
WScript.Echo "ready", o.ReturnValue
End Sub
Sub Sink_OnCompleted(code, e, c)
WScript.Echo "completed", Hex(code)
done = True
End Sub
"""
        host.vbs("an asynchronous call by the daemon's socket", program.format(connect='GetObject("winmgmts:root\\cimv2")'), "ready 0\ncompleted 0\n")
        locator = 'CreateObject("WbemScripting.SWbemLocator").ConnectServer("127.0.0.1:%d", "root\\cimv2", "%s", "%s")'
        host.vbs("an asynchronous call over DCOM", program.format(connect=locator % (port, "tester", "Correct-Horse-7")), "ready 0\ncompleted 0\n")
        host.vbs("a wrong password", "On Error Resume Next\nSet s = " + locator % (port, "tester", "wrong") + "\nWScript.Echo Hex(Err.Number)", "46\n")  # 70, as VBScript has E_ACCESSDENIED
        host.vbs("the words for it", "On Error Resume Next\nSet s = " + locator % (port, "tester", "wrong") + "\nWScript.Echo Err.Description",
                 "Access is denied. \n")
    finally:
        server.terminate()
        server.wait(300)


def examples(host):
    status, out, err = host.run("//nologo", ROOT / "examples/start_process.vbs", "sleep 1")
    check(status == 0 and "ReturnValue = 0" in out and "completed, 0x0" in out, "examples/start_process.vbs", out + err)
    status, out, err = host.run("//nologo", ROOT / "examples/store_notes.js")
    check(status == 0 and out.count(": 0x0\n") == 3 and "0x80041089" in out and "2: second" in out, "examples/store_notes.js", out + err)


def main():
    with tempfile.TemporaryDirectory() as folder:
        host = Host(os.path.realpath(folder))
        for part in (options, ends, texts, closed_output, full_output, numbers, facts, circles, shell, registry, languages, wsf, examples, daemon):
            part(host)
    print(f"1..{number}")


if __name__ == "__main__":
    sys.exit(main())
