#!/usr/bin/python3
"""References, activations and the messages of DCOM's own interfaces against another implementation: impacket's. TAP output.

Both ways. The test program build/*/tests/dcom_test writes stubs (src/dcom/samples_test.cc) that impacket's client takes as answers,
and reads what that client sends.
"""
import os, pathlib, subprocess, sys, tempfile

try:
    from impacket.dcerpc.v5 import dcomrt
    from impacket.dcerpc.v5.dcomrt import *
    from impacket.uuid import bin_to_string, string_to_bin, uuidtup_to_bin
except ImportError:
    print("1..1\nok 1 - impacket agrees with our stubs # SKIP python3-impacket is not installed")
    sys.exit(0)

BUILD = pathlib.Path(os.environ.get("OWMI_BUILD", pathlib.Path(__file__).resolve().parents[2] / "build/release"))
CLASS = "8bc3f05e-d86b-11d0-a075-00c04fb68820"
LOGIN = "f309ad18-d86a-11d0-a075-00c04fb68820"
CAUSALITY = "00112233-4455-6677-8899-aabbccddeeff"
IPID_TEXT = "01234567-89ab-cdef-0123-456789abcdef"
REM_UNKNOWN = "fedcba98-7654-3210-fedc-ba9876543210"
OXID_VALUE, OID_VALUE = 0x1122334455667788, 0x99AABBCCDDEEFF00
RESOLVER = [(7, "127.0.0.1"), (7, "h\u00f6st")]
EXPORTER = [(7, "127.0.0.1[49152]"), (7, "h\u00f6st[49152]")]
SECURITY = [(9, "RPCSS/host"), (10, "RPCSS/host")]
failures, count = [], 0


def check(name, actual, expected):
    global count
    count += 1
    good = actual == expected
    print(f"{'ok' if good else 'not ok'} {count} - {name}" + ("" if good else f": {actual!r} instead of {expected!r}"))
    if not good:
        failures.append(name)


def guid(octets):
    return bin_to_string(octets).lower()


def bindings(octets, kind, text):
    """A list of bindings up to its zero, and what follows it."""
    out = []
    while octets[:2] != b"\0\0":
        one = kind(octets)
        number = one["wTowerId" if kind is STRINGBINDING else "wAuthnSvc"]
        out.append((number, one[text].rstrip("\0")))
        octets = octets[len(one):]
    return out, octets[2:]


def check_bindings(name, units, offset, expected):
    octets = b"".join(u.to_bytes(2, "little") for u in units)
    strings, rest = bindings(octets[:offset * 2], STRINGBINDING, "aNetworkAddr")
    check(f"{name}: string bindings", (strings, rest), (expected, b""))
    securities, rest = bindings(octets[offset * 2:], SECURITYBINDING, "aPrincName")
    check(f"{name}: security bindings", (securities, rest), (SECURITY, b""))


def check_array(name, array, expected):
    check(f"{name}: number of units", array["wNumEntries"], len(array["aStringArray"]))
    check_bindings(name, array["aStringArray"], array["wSecurityOffset"], expected)


def check_standard(name, octets):
    objref = OBJREF_STANDARD(octets)
    check(f"{name}: kind and interface", (objref["flags"], guid(objref["iid"])), (FLAGS_OBJREF_STANDARD, LOGIN))
    check_std(name, objref["std"])
    array = objref["saResAddr"]
    units = [int.from_bytes(array[i:i + 2], "little") for i in range(0, len(array), 2)]
    check(f"{name}: number of units", units[0], len(units) - 2)
    check_bindings(name, units[2:], units[1], RESOLVER)


def check_std(name, std):
    check(f"{name}: STDOBJREF", (std["flags"], std["cPublicRefs"], std["oxid"], std["oid"], guid(std["ipid"])),
          (0, 5, OXID_VALUE, OID_VALUE, IPID_TEXT))


class Wire:
    """In place of a connection: keeps the stub of a request, answers with one of ours."""

    def __init__(self, theirs, ours):
        self.theirs, self.ours = theirs, ours
        self.next = None

    def expect(self, name, answer):
        self.next = (name, answer)
        return self

    def request(self, request, uuid=None, checkError=True):
        name, answer = self.next
        (self.theirs / name).write_bytes(request.getData())
        octets = answer if isinstance(answer, bytes) else (self.ours / answer).read_bytes()
        if octets[-4:] != bytes(4):
            raise dcomrt.DCERPCSessionError(error_code=int.from_bytes(octets[-4:], "little"))
        return getattr(dcomrt, type(request).__name__ + "Response")(octets)

    def connect(self):
        pass

    def bind(self, iid):
        pass

    def get_rpc_transport(self):
        return self

    def getRemoteHost(self):
        return "127.0.0.1"

    def get_auth_type(self):
        return 10


def check_activated(name, interface):
    check(f"{name}: OXID, OID, IPID", (interface.get_oxid(), interface.get_oid(), guid(interface.get_iPid())),
          (OXID_VALUE, OID_VALUE, IPID_TEXT))
    check(f"{name}: IRemUnknown", guid(interface.get_ipidRemUnknown()), REM_UNKNOWN)
    strings = [(b["wTowerId"], b["aNetworkAddr"].rstrip("\0")) for b in interface.get_cinstance().get_string_bindings()]
    check(f"{name}: exporter", strings, EXPORTER)
    check_standard(name, interface.get_objRef())


def use_client(wire):
    """The client of the other implementation takes our answers; what it asks is kept."""
    clsid, iid = string_to_bin(CLASS), string_to_bin(LOGIN)
    activator = IRemoteSCMActivator(wire.expect("create_instance", "create_instance_reply"))
    check_activated("RemoteCreateInstance", activator.RemoteCreateInstance(clsid, iid))
    check("RemoteCreateInstance: authentication", activator.RemoteCreateInstance(clsid, iid).get_cinstance().get_auth_level(), 6)
    wire.expect("get_class_object", "create_instance_nameless")
    check("RemoteGetClassObject: OXID, no principals", activator.RemoteGetClassObject(clsid, iid).get_oxid(), OXID_VALUE)
    wire.expect("create_instance", "create_instance_failure")
    try:
        activator.RemoteCreateInstance(clsid, iid)
        check("RemoteCreateInstance: failure", "none", "0x80040154")
    except dcomrt.DCERPCSessionError as error:
        check("RemoteCreateInstance: failure", hex(error.get_error_code()), "0x80040154")
    wire.expect("remote_activation", "remote_activation_reply")
    check_activated("RemoteActivation", IActivation(wire).RemoteActivation(clsid, iid))
    strings = lambda found: [(b["wTowerId"], b["aNetworkAddr"].rstrip("\0")) for b in found]
    check("ServerAlive2", strings(IObjectExporter(wire.expect("none", "server_alive2_reply")).ServerAlive2()), RESOLVER)
    check("ResolveOxid", strings(IObjectExporter(wire.expect("none", "resolve_oxid_reply")).ResolveOxid(1, [7])), EXPORTER)
    wire.expect("resolve_oxid2", "resolve_oxid2_reply")
    check("ResolveOxid2", strings(IObjectExporter(wire).ResolveOxid2(OXID_VALUE, [7, 31])), EXPORTER)
    wire.expect("complex_ping_empty", "complex_ping_reply")
    answer = IObjectExporter(wire).ComplexPing(setId=9)
    check("ComplexPing: answer", (answer["pSetId"], answer["pPingBackoffFactor"]), (OID_VALUE, 3))
    wire.expect("complex_ping", "complex_ping_reply")
    IObjectExporter(wire).ComplexPing(setId=9, addToSet=[OID_VALUE, 1], delFromSet=[2])
    (wire.theirs / "none").unlink()


def use_object(wire):
    header = ORPCTHIS()
    header["cid"], header["extensions"], header["flags"] = string_to_bin(CAUSALITY), NULL, 0
    interface = INTERFACE(CLASS_INSTANCE(header, []), None, string_to_bin(REM_UNKNOWN), string_to_bin(IPID_TEXT), oxid=OXID_VALUE,
                          oid=OID_VALUE, target="127.0.0.1")
    unknown = IRemUnknown2(interface)
    unknown.connect, unknown.get_dce_rpc = lambda iid=None: None, lambda: wire
    wire.expect("query_interface", "query_interface_reply")
    other = unknown.RemQueryInterface(5, [string_to_bin(LOGIN)])
    check("RemQueryInterface: answer", (guid(other.get_iPid()), other.get_oxid()), (IPID_TEXT, OXID_VALUE))
    answer = RemQueryInterfaceResponse((wire.ours / "query_interface_reply").read_bytes())
    check_std("RemQueryInterface", answer["ppQIResults"]["std"])
    wire.expect("add_ref", "add_ref_reply")
    answer = unknown.RemAddRef()
    check("RemAddRef: answer", [r["Data"] & 0xFFFFFFFF for r in answer["pResults"]], [0, 0x800401FC])


def read_requests(ours):
    """What our client sends, read by the other implementation's structures."""
    check_standard("OBJREF_STANDARD", (ours / "objref_standard").read_bytes())
    custom = OBJREF_CUSTOM((ours / "objref_custom").read_bytes())
    check("OBJREF_CUSTOM", (guid(custom["iid"]), guid(custom["clsid"]), custom["pObjectData"]), (LOGIN, CLASS, b"some data"))
    alive = ServerAlive2Response((ours / "server_alive2_reply").read_bytes())
    check_array("DUALSTRINGARRAY", alive["ppdsaOrBindings"], RESOLVER)
    check("ServerAlive2: version", (alive["pComVersion"]["MajorVersion"], alive["pComVersion"]["MinorVersion"]), (5, 7))
    resolved = ResolveOxid2Response((ours / "resolve_oxid2_reply").read_bytes())
    check_array("ResolveOxid2", resolved["ppdsaOxidBindings"], EXPORTER)
    check("ResolveOxid2: the rest", (guid(resolved["pipidRemUnknown"]), resolved["pAuthnHint"], resolved["pComVersion"]["MinorVersion"]),
          (REM_UNKNOWN, 5, 7))
    activation = RemoteActivationResponse((ours / "remote_activation_reply").read_bytes())
    check_array("RemoteActivation", activation["ppdsaOxidBindings"], EXPORTER)
    check("RemoteActivation: the rest", (activation["pOxid"], activation["pAuthnHint"], activation["phr"],
                                         [r["Data"] for r in activation["pResults"]]), (OXID_VALUE, 6, 0, [0]))
    asked = RemoteActivation((ours / "remote_activation").read_bytes())
    check("RemoteActivation: request", (guid(asked["Clsid"]), asked["ClientImpLevel"], asked["Mode"], asked["Interfaces"],
                                        guid(asked["pIIDs"][0]["Data"]), asked["aRequestedProtseqs"]), (CLASS, 2, 0, 1, LOGIN, [7]))
    asked = ResolveOxid2((ours / "resolve_oxid").read_bytes())
    check("ResolveOxid: request", (asked["pOxid"], asked["arRequestedProtseqs"]), (OXID_VALUE, [7, 31]))
    check("SimplePing: request", SimplePing((ours / "simple_ping").read_bytes())["pSetId"], OID_VALUE)
    asked = ComplexPing((ours / "complex_ping").read_bytes())
    check("ComplexPing: request", (asked["pSetId"], asked["SequenceNum"], [o["Data"] for o in asked["AddToSet"]],
                                   [o["Data"] for o in asked["DelFromSet"]]), (OID_VALUE, 7, [OID_VALUE, 1], [2]))
    asked = RemQueryInterface((ours / "query_interface").read_bytes())
    check("RemQueryInterface: request", (guid(asked["ripid"]), asked["cRefs"], [guid(i["Data"]) for i in asked["iids"]]),
          (IPID_TEXT, 5, [LOGIN, "00000000-0000-0000-c000-000000000046"]))
    check_header(asked["ORPCthis"])
    asked = RemRelease((ours / "release").read_bytes())
    check("RemRelease: request", [(guid(r["ipid"]), r["cPublicRefs"], r["cPrivateRefs"]) for r in asked["InterfaceRefs"]],
          [(IPID_TEXT, 5, 1)])


def check_header(header):
    check("ORPCTHIS", (header["version"]["MajorVersion"], header["version"]["MinorVersion"], header["flags"], guid(header["cid"])),
          (5, 7, 0, CAUSALITY))
    extents = header["extensions"]
    extent = extents["extent"][0]
    check("ORPCTHIS: extension", (extents["size"], len(extents["extent"]), extent["size"], b"".join(extent["data"])),
          (1, 2, 9, b"123456789" + bytes(7)))


def read_properties(ours):
    """The properties of our RemoteCreateInstance."""
    asked = RemoteCreateInstance((ours / "create_instance").read_bytes())
    custom = OBJREF_CUSTOM(b"".join(asked["pActProperties"]["abData"]))
    check("activation: reference", (custom["iid"], custom["clsid"]), (IID_IActivationPropertiesIn[:-4], CLSID_ActivationPropertiesIn))
    blob = ACTIVATION_BLOB(custom["pObjectData"])
    head = blob["CustomHeader"]
    sizes = [s["Data"] for s in head["pSizes"]]
    clsids = [c["Data"] for c in head["pclsid"]]
    check("activation: sizes", (head["totalSize"], blob["dwSize"], head["headerSize"] + sum(sizes)), (blob["dwSize"],) * 3)
    check("activation: properties", clsids,
          [CLSID_InstantiationInfo, CLSID_ActivationContextInfo, CLSID_ServerLocationInfo, CLSID_ScmRequestInfo])
    octets, parts = blob["Property"], []
    for size, kind in zip(sizes, [InstantiationInfoData, ActivationContextInfoData, LocationInfoData, ScmRequestInfoData]):
        part = kind()
        used = part.fromString(octets[:size])
        part.fromStringReferents(octets[used:size])
        parts.append(part)
        octets = octets[size:]
    check("activation: nothing follows", octets, b"")
    what, context, _, scm = parts
    check("InstantiationInfo", (guid(what["classId"]), what["cIID"], guid(what["pIID"][0]["Data"]), what["thisSize"]),
          (CLASS, 1, LOGIN, sizes[0]))
    client = OBJREF_CUSTOM(b"".join(context["pIFDClientCtx"]["abData"]))
    check("ActivationContextInfo", (client["clsid"], len(client["pObjectData"])), (CLSID_ContextMarshaler, 48))
    check("ScmRequestInfo", (scm["remoteRequest"]["ClientImpLevel"], scm["remoteRequest"]["pRequestedProtseqs"]), (2, [7]))


def write_objrefs(theirs):
    standard = OBJREF_STANDARD()
    standard["iid"] = string_to_bin(LOGIN)
    for field, value in (("flags", 0), ("cPublicRefs", 5), ("oxid", OXID_VALUE), ("oid", OID_VALUE), ("ipid", string_to_bin(IPID_TEXT))):
        standard["std"][field] = value
    text = lambda t: t.encode("utf-16le") + b"\0\0"
    strings = b"\7\0" + text("127.0.0.1") + b"\0\0"
    securities = b"\x0a\0\xff\xff" + text("RPCSS/host") + b"\0\0"
    standard["saResAddr"] = (len(strings + securities) // 2).to_bytes(2, "little") + (len(strings) // 2).to_bytes(2, "little") + \
        strings + securities
    (theirs / "objref_standard").write_bytes(standard.getData())
    custom = OBJREF_CUSTOM()
    custom["iid"], custom["clsid"], custom["pObjectData"] = string_to_bin(LOGIN), string_to_bin(CLASS), b"some data"
    custom["cbExtension"], custom["ObjectReferenceSize"] = 0, 17
    (theirs / "objref_custom").write_bytes(custom.getData())


EXPECTED = {
    "objref_standard": f"{LOGIN} 5 {OXID_VALUE} {OID_VALUE} {IPID_TEXT} 7:127.0.0.1 10:RPCSS/host",
    "objref_custom": f"{LOGIN} {CLASS} some data",
    "create_instance": f"{CLASS} v5.7 impersonation 0 mode 0 {LOGIN} 7",
    "get_class_object": f"{CLASS} v5.7 impersonation 0 mode 4294967295 {LOGIN} 7",
    "remote_activation": f"{CLASS} v5.7 impersonation 2 mode 0 {LOGIN} 7",
    "resolve_oxid2": f"{OXID_VALUE} 7 31",
    "complex_ping": f"9 9 add {OID_VALUE} 1 remove 2",
    "complex_ping_empty": "9 9 add remove",
    "query_interface": f"7 {IPID_TEXT} 5 {LOGIN}",
    "add_ref": f"7 {IPID_TEXT} 1 0",
}


def run(folder, which):
    subprocess.run([BUILD / "tests/dcom_test", f"--gtest_filter=Samples.{which}"], check=True, stdout=subprocess.DEVNULL,
                   env=dict(os.environ, TEST_TMPDIR=str(folder), GTEST_OUTPUT=""))


with tempfile.TemporaryDirectory() as folder:
    base = pathlib.Path(folder) / "owmi_dcom"
    ours, theirs = base / "ours", base / "theirs"
    theirs.mkdir(parents=True)
    run(folder, "Write")
    wire = Wire(theirs, ours)
    use_client(wire)
    use_object(wire)
    read_requests(ours)
    read_properties(ours)
    write_objrefs(theirs)
    run(folder, "Read")
    check("stubs of the other implementation", sorted(p.name for p in theirs.iterdir()), sorted(EXPECTED))
    for name, expected in EXPECTED.items():
        check(f"read: {name}", (base / "read" / name).read_text(), expected)
    if keep := os.environ.get("OWMI_KEEP_STUBS"):
        import shutil
        shutil.copytree(base, keep, dirs_exist_ok=True)
print(f"1..{count}")
sys.exit(1 if failures else 0)
