#!/usr/bin/python3
"""Requests that another implementation (impacket) makes are read by us, our answers are read by it. TAP output.

The test program build/*/tests/remote_test reads and writes the octets (src/remote/message_files_test.cc), this script makes, decodes and
compares them.
"""
import contextlib, io, os, pathlib, subprocess, sys, tempfile

try:
    from impacket.dcerpc.v5.dcom import wmi
    from impacket.dcerpc.v5.dcomrt import OBJREF_CUSTOM, OBJREF_STANDARD, ORPCTHIS
    from impacket.dcerpc.v5.ndr import NULL
except ImportError:
    print("1..1\nok 1 - impacket reads our messages # SKIP python3-impacket is not installed")
    sys.exit(0)

BUILD = pathlib.Path(os.environ.get("OWMI_BUILD", pathlib.Path(__file__).resolve().parents[2] / "build/release"))
count = 0
failures = 0


def check(name, actual, expected):
    global count, failures
    count += 1
    good = actual == expected
    failures += not good
    print(f"{'ok' if good else 'not ok'} {count} - {name}" + ("" if good else f": {actual!r} instead of {expected!r}"))


def octets(request):
    this = ORPCTHIS()
    this["cid"] = bytes(range(16))
    this["extensions"] = NULL
    this["flags"] = 1
    request["ORPCthis"] = this
    request["ORPCthis"]["flags"] = 0
    return request.getData()


def text(request, field, value):
    request[field]["asData"] = value + "\0"


def objects_for(tail):
    """The class object whose octets `tail` is, as impacket's client holds it."""
    return wmi.IWbemClassObject(wmi.INTERFACE(None, tail, b"\0" * 16, oxid=0, target="x"), None)


def interface(value):
    return b"".join(value["abData"])


def spawned(cls):
    """An instance of our class as impacket makes and marshals it."""
    row = objects_for(cls).SpawnInstance()
    row.Id = 88
    row.Name = "made there"
    row.Enabled = True
    with contextlib.redirect_stdout(io.StringIO()):
        return row.marshalMe().getData()


def write_requests(folder, pristine, made):
    login = wmi.IWbemLevel1Login_NTLMLogin()
    login["wszNetworkResource"] = "//./root/cimv2\0"
    login["wszPreferredLocale"] = NULL
    login["lFlags"] = 0
    login["pCtx"] = NULL
    query = wmi.IWbemServices_ExecQuery()
    text(query, "strQueryLanguage", "WQL")
    text(query, "strQuery", "SELECT * FROM Win32_Process")
    get = wmi.IWbemServices_GetObject()
    text(get, "strObjectPath", "Win32_Process")
    delete = wmi.IWbemServices_DeleteInstance()
    text(delete, "strObjectPath", 'Sample.Id="\u20ac"')
    put = wmi.IWbemServices_PutInstance()
    put["pInst"]["ulCntData"] = len(made)
    put["pInst"]["abData"] = list(made)
    run = wmi.IWbemServices_ExecMethod()
    text(run, "strObjectPath", "Sample")
    text(run, "strMethodName", "Run")
    run["pInParams"]["ulCntData"] = len(pristine)
    run["pInParams"]["abData"] = list(pristine)
    for request in (query, get, delete, put, run):
        request["lFlags"] = 0
        request["pCtx"] = NULL
    next_rows = wmi.IEnumWbemClassObject_Next()
    next_rows["lTimeout"] = 0xFFFFFFFF
    next_rows["uCount"] = 1
    status = wmi.IWbemObjectSink_SetStatus()
    status["lFlags"] = 0
    status["hResult"] = 5
    text(status, "strParam", "Sample.Id=1")
    status["pObjParam"] = NULL
    named = {"login": login, "query": query, "get": get, "delete": delete, "put": put, "exec": run, "next": next_rows, "status": status}
    for name, request in named.items():
        (folder / name).write_bytes(octets(request))


def run_program(folder, test):
    subprocess.run([BUILD / "tests/remote_test", f"--gtest_filter=MessageFiles.{test}"], check=True, stdout=subprocess.DEVNULL,
                   env=dict(os.environ, TEST_TMPDIR=str(folder.parent), GTEST_OUTPUT=""))


def check_answers(folder):
    def answer(kind, name):
        return kind((folder / name).read_bytes())

    def standard(value):
        return OBJREF_STANDARD(interface(value))

    login = answer(wmi.IWbemLevel1Login_NTLMLoginResponse, "login.reply")
    check("login: a reference", standard(login["ppNamespace"])["std"]["cPublicRefs"], 5)
    query = answer(wmi.IWbemServices_ExecQueryResponse, "query.reply")
    check("query: an enumerator", standard(query["ppEnum"])["std"]["oid"], 0x5555666677778888)
    check("query: success", query["ErrorCode"], 0)
    get = answer(wmi.IWbemServices_GetObjectResponse, "get.reply")
    row = objects_for(interface(get["ppObject"]))
    check("get: the object's values", (row.Id, row.Name, row.A), (77, "row 77", 539))
    cls = answer(wmi.IWbemServices_GetObjectResponse, "class.reply")
    check("get: the class's name", objects_for(interface(cls["ppObject"])).getClassName().strip("\0"), "Sample")
    out = answer(wmi.IWbemServices_ExecMethodResponse, "exec.reply")
    check("exec: out-parameters", objects_for(interface(out["ppOutParams"])).Id, 77)
    put = answer(wmi.IWbemServices_PutInstanceResponse, "put.reply")
    check("put: a call result", standard(put["ppCallResult"])["std"]["flags"], 0)
    failed = answer(wmi.IWbemServices_GetObjectResponse, "failed.reply")
    check("failure: its code", failed["ErrorCode"] & 0xFFFFFFFF, 0x80041002)
    rows = answer(wmi.IEnumWbemClassObject_NextResponse, "next.reply")
    check("next: rows", [objects_for(interface(r)).Id for r in rows["apObjects"]], [77, 78])
    check("next: their number", rows["puReturned"], 2)
    end = answer(wmi.IEnumWbemClassObject_NextResponse, "end.reply")
    check("next: the end", (len(end["apObjects"]), end["ErrorCode"]), (0, 1))
    string = answer(wmi.IWbemCallResult_GetResultStringResponse, "string.reply")
    check("result: a text", string["pstrResultString"]["asData"], 'A.Name="\u20ac"')
    status = answer(wmi.IWbemCallResult_GetCallStatusResponse, "callstatus.reply")
    check("result: a status", status["plStatus"] & 0xFFFFFFFF, 0x80041002)
    return interface(get["ppObject"]), interface(cls["ppObject"])


with tempfile.TemporaryDirectory() as top:
    folder = pathlib.Path(top) / "owmi_messages"
    folder.mkdir()
    run_program(folder, "Answers")
    pristine, cls = check_answers(folder)
    write_requests(folder, pristine, spawned(cls))
    run_program(folder, "Requests")
    expected = [
        "login //./root/cimv2 null",
        "query WQL | SELECT * FROM Win32_Process 0",
        "get Win32_Process object yes",
        'delete Sample.Id="\u20ac" result yes',
        'put Sample.Id=88 "made there" result yes',
        'exec Sample Run "row 77" object yes',
        "next 4294967295 1",
        "status 5 Sample.Id=1",
    ]
    said = (folder / "read.txt").read_text().splitlines()
    for line in expected:
        check("we read: " + line.split()[0], next((s for s in said if s.split()[0] == line.split()[0]), None), line)

print(f"1..{count}")
sys.exit(1 if failures else 0)
