#!/usr/bin/python3
"""The shipped schema against the programs: every class is there, every member of a Win32 class says what it is, and the methods
marked implemented, no others, are served. TAP output."""
import json, os, pathlib, re, subprocess, sys, tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("OWMI_BIN", SOURCE / "build/release/bin"))
NOT_IMPLEMENTED = "0x80041055"
# What the calls of implemented methods are given, so that they have little effect; Terminate ends the process that the test starts.
ARGUMENTS = {"Create": ["CommandLine=no-such-program-here"], "SetPriority": ["Priority=16384"]}
LAST = "Terminate"
count = failures = 0


def check(name, problems):
    global count, failures
    count += 1
    failures += bool(problems)
    print(f"{'not ok' if problems else 'ok'} {count} - {name}" + "".join(f"\n# {problem}" for problem in problems))


def wmi(*arguments):
    done = subprocess.run([BIN / "wmi", *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def rows(*arguments):
    status, out, error = wmi(*arguments, "-o", "jsonl")
    return [json.loads(line) for line in out.splitlines()] if status == 0 else sys.exit(f"wmi {arguments}: {error}")


def declared_classes():
    """The namespace and name of every class in schema/."""
    for path in sorted((SOURCE / "schema").rglob("*.mof")):
        text = re.sub(r"//[^\n]*", "", re.sub(r'"(\\.|[^"\\])*"', '""', path.read_text()))
        space = {"system": "root"}.get(path.parent.name, "root\\" + path.parent.name)
        for name in re.findall(r"^(?:\[[^\]]*\]\s*)?class\s+(\w+)", text, re.M):
            yield space, name


def undescribed(cls):
    missing = [] if "Description" in cls["qualifiers"] else ["the class"]
    for kind in ("properties", "methods"):
        for member in cls[kind]:
            if "Description" not in member["qualifiers"]:
                missing.append(member["name"])
            for parameter in member.get("in", []) + member.get("out", []):
                if parameter["name"] != "ReturnValue" and "Description" not in parameter["qualifiers"]:
                    missing.append(f"{member['name']}({parameter['name']})")
    return [f"{name} has no Description" for name in missing]


def unequal_lists(cls):
    """ValueMap and Values, BitMap and BitValues go together."""
    for member in cls["properties"] + cls["methods"] + [p for m in cls["methods"] for p in m["in"] + m["out"]]:
        for keys, names in (("ValueMap", "Values"), ("BitMap", "BitValues")):
            a, b = member["qualifiers"].get(keys), member["qualifiers"].get(names)
            if a and b and len(a) != len(b):
                yield f"{member['name']}: {len(a)} in {keys}, {len(b)} in {names}"


def false_units(cls):
    return [f"{p['name']} is {p['type']} and has Units" for p in cls["properties"]
            if "Units" in p["qualifiers"] and not re.search("int|real", p["type"])]


def unavailable(cls, instances):
    """What is called unavailable is never filled."""
    for member in cls["properties"]:
        if member["qualifiers"].get("Description", "").startswith("Not available on Linux: NULL"):
            if any(row[member["name"]] is not None for row in instances):
                yield f"{member['name']} is called unavailable and has a value"


def unserved(cls, instance_path):
    for method in sorted(cls["methods"], key=lambda m: m["name"] == LAST):
        path = cls["class"] if "static" in method["qualifiers"] else instance_path
        status, _, error = wmi("call", path, method["name"], *ARGUMENTS.get(method["name"], []))
        implemented = bool(method["qualifiers"].get("implemented"))
        if implemented and (status != 0 or NOT_IMPLEMENTED in error):
            yield f"{method['name']} is marked implemented: {error.strip()}"
        if not implemented and NOT_IMPLEMENTED not in error:
            yield f"{method['name']} is not marked implemented: exit status {status}, {error.strip()}"


def test_provider():
    provider = rows("query", "SELECT Name FROM __Win32Provider")
    check("the provider is registered", [] if provider == [{"Name": "CIMWin32"}] else [str(provider)])
    support = rows("query", "SELECT SupportsGet, SupportsEnumeration, SupportsPut, SupportsDelete FROM __InstanceProviderRegistration")
    expected = [{"SupportsDelete": True, "SupportsEnumeration": True, "SupportsGet": True, "SupportsPut": False}]
    check("what it supports", [] if support == expected else [str(support)])
    methods = rows("query", "SELECT provider FROM __MethodProviderRegistration")
    check("it serves methods", [] if methods == [{"provider": '__Win32Provider.Name="CIMWin32"'}] else [str(methods)])


def main():
    names = list(declared_classes())
    present = {space: {row["__CLASS"] for row in rows("classes", "-n", space)} for space in {space for space, _ in names}}
    check(f"all {len(names)} classes are in the repository", [f"{n} in {s}" for s, n in names if n not in present[s]])
    test_provider()
    sleeper = subprocess.Popen(["sleep", "300"])
    try:
        for _, name in names:
            if not name.startswith("Win32_") or name == "Win32_MethodParameterClass":
                continue
            cls = json.loads(wmi("describe", name, "-o", "json")[1])
            check(f"{name} describes its members", undescribed(cls) + list(unequal_lists(cls)) + false_units(cls))
            if "provider" not in cls["qualifiers"]:
                continue
            instances = rows("query", f"SELECT * FROM {name}", "--system")
            check(f"{name} fills what it says", list(unavailable(cls, instances)) or ([] if instances else ["no instance"]))
            path = f'{name}.Handle="{sleeper.pid}"' if name == "Win32_Process" else instances[0]["__RELPATH"]
            check(f"{name} serves the methods that it implements", list(unserved(cls, path)))
    finally:
        sleeper.kill()
        sleeper.wait()


with tempfile.TemporaryDirectory(prefix="openwmi-schema.") as scratch:
    os.environ["OPENWMI_REPOSITORY"] = os.path.join(scratch, "repository")
    main()
print(f"1..{count}")
sys.exit(1 if failures else 0)
