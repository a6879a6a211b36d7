#!/usr/bin/python3
"""Objects that we encode are read by another implementation: impacket's decoder of MS-WMIO. TAP output.

The test program build/*/tests/cim_test writes the objects (src/cim/samples_test.cc), this script decodes them and compares.
"""
import os, pathlib, subprocess, sys, tempfile

try:
    from impacket.dcerpc.v5.dcom import wmi
except ImportError:
    print("1..1\nok 1 - impacket reads our objects # SKIP python3-impacket is not installed")
    sys.exit(0)

BUILD = pathlib.Path(os.environ.get("OWMI_BUILD", pathlib.Path(__file__).resolve().parents[2] / "build/release"))
failures = []
count = 0


def check(name, actual, expected):
    global count
    count += 1
    good = actual == expected
    print(f"{'ok' if good else 'not ok'} {count} - {name}" + ("" if good else f": {actual!r} instead of {expected!r}"))
    if not good:
        failures.append(name)


def plain(value):
    """impacket keeps a terminator on some texts."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if isinstance(value, str):
        return value.rstrip("\0")
    return [plain(v) for v in value] if isinstance(value, list) else value


def decode(path):
    unit = wmi.ENCODING_UNIT(path.read_bytes())
    block = unit["ObjectBlock"]
    block.parseObject()
    return block


def check_class(block):
    current = block.ctCurrent
    check("class: name and derivation", plain(current["name"]).split(), ["Sample_Class", ":", "Sample_Parent"])
    check("class: parent", plain(block.ctParent["name"]), "Sample_Parent")
    check("class: server", plain(block["Decoration"]["DecServerName"]["Character"]), "HOST")
    check("class: namespace", plain(block["Decoration"]["DecNamespaceName"]["Character"]), "root\\cimv2")
    check("class: provider", plain(current["qualifiers"]["provider"]), "cimwin32")
    check("class: locale", current["qualifiers"]["Locale"], 1033)
    properties = current["properties"]
    check("class: declaration order", list(properties)[:4], ["Id", "Inherited", "Text", "Wide"])
    check("class: key", plain(properties["Id"]["qualifiers"]["key"]), "True")
    check("class: CIMTYPE", plain(properties["To"]["qualifiers"]["CIMTYPE"]), "ref:Sample_Parent")
    check("class: inherited bit", bool(properties["Id"]["inherited"]), True)
    check("class: local bit", bool(properties["Text"]["inherited"]), False)
    check("class: inherited default", plain(properties["Inherited"]["value"]), "from the parent")
    method = current["methods"]["Run"]
    check("method: origin", method["origin"], 1)
    check("method: qualifier", plain(method["qualifiers"]["implemented"]), "True")
    check("method: in", list(method["InParams"]), ["CommandLine"])
    check("method: ID", method["InParams"]["CommandLine"]["qualifiers"]["ID"], 0)
    check("method: out", list(method["OutParams"]), ["ReturnValue"])


def check_instance(block, label, text):
    values = block.ctCurrent["values"]
    expected = {
        "Id": 77, "Text": text, "Wide": "\u20ac 5", "Latin": "Gr\u00fc\u00df", "Empty": "", "Word": "provider", "Missing": None,
        "Flag": "True", "Small": -7, "Large": 18446744073709551615, "Real": None, "When": "20260102030405.000000+060",
        "To": "Sample_Parent.Id=5", "Texts": ["one", "read", ""], "Numbers": [1, 4000000000],
    }
    for name, value in expected.items():
        check(f"{label}: {name}", plain(values[name]["value"]), value)
    check(f"{label}: NULL bit", values["Cleared"]["null_default"], True)
    check(f"{label}: default bits", (values["Inherited"]["null_default"], values["Inherited"]["inherited_default"]), (False, True))
    inner = values["Inner"]["value"]["ObjectBlock"]
    inner.parseObject()
    check(f"{label}: embedded class", plain(inner.ctCurrent["name"]), "Sample_Parent")
    check(f"{label}: embedded value", inner.ctCurrent["values"]["Id"]["value"], 5)


with tempfile.TemporaryDirectory() as folder:
    subprocess.run([BUILD / "tests/cim_test", "--gtest_filter=Samples.Write"], check=True, stdout=subprocess.DEVNULL,
                   env=dict(os.environ, TEST_TMPDIR=folder, GTEST_OUTPUT=""))
    samples = pathlib.Path(folder) / "owmi_samples"
    top = decode(samples / "top.wmio")
    check("top: name", plain(top.ctCurrent["name"]), "Sample_Parent")
    check("top: no parent", top.ctParent["name"], "None")
    check_class(decode(samples / "class.wmio"))
    check_instance(decode(samples / "instance.wmio"), "instance", "plain text")
    check_instance(decode(samples / "repacked.wmio"), "repacked", "changed")
    blank = decode(samples / "blank.wmio").ctCurrent["values"]
    check("blank: key", (blank["Id"]["null_default"], blank["Id"]["inherited_default"]), (True, True))

print(f"1..{count}")
sys.exit(1 if failures else 0)
