#!/usr/bin/python3
"""Runs tests/cli/*.test and tests/providers/*.test: commands of a shell and what they print.

    # a comment
    $ command               runs in one bash per file, with the programs of the build on PATH and an empty repository
    > more of the command   its next line
    expected line           of standard output, exactly
    ~ regular expression    of one whole line of standard output
    ! expected line         of standard error, exactly
    !~ regular expression   of one whole line of standard error
    ...                     any number of lines of standard output
    ? 1                     exit status, 0 when not given

Blank lines do not count, neither here nor in what is printed.

Every file is one case (a line of TAP). Standard error that a test does not mention must be empty.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MARK = "@@end-of-step@@"


class Step:
    def __init__(self, line, command):
        self.line, self.command = line, command
        self.out, self.err, self.status = [], [], 0


def parse(path):
    steps = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("$ "):
            steps.append(Step(number, line[2:]))
        elif not steps:
            if line.strip() and not line.startswith("#"):
                raise ValueError(f"{path}:{number}: text before the first command")
        elif line.startswith("#") or not line.strip():
            continue
        elif line.startswith("> "):
            steps[-1].command += "\n" + line[2:]
        elif line.startswith("? "):
            steps[-1].status = int(line[2:])
        elif line.startswith("!"):
            steps[-1].err.append(line[1:] if line.startswith("!~") else line[2:])
        else:
            steps[-1].out.append(line)
    return steps


def matches(expected, actual):
    if not expected:
        return not actual
    if expected[0] == "...":
        return any(matches(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    if not actual:
        return False
    head = expected[0]
    same = re.fullmatch(head[2:], actual[0]) if head.startswith("~ ") else head == actual[0]
    return bool(same) and matches(expected[1:], actual[1:])


def run(steps, directory):
    script = "\n".join(
        f"{step.command}\nowmi_status=$?\nprintf '%s\\n' '{MARK}'$owmi_status\nprintf '%s\\n' '{MARK}' >&2" for step in steps)
    environment = dict(os.environ, PATH=os.environ["OWMI_BIN"] + ":" + os.environ["PATH"], LC_ALL="C.UTF-8", TZ="UTC",
                       OPENWMI_REPOSITORY=os.path.join(directory, "repository"), WORK=directory)
    done = subprocess.run(["bash", "-c", script], cwd=directory, env=environment, capture_output=True, timeout=120,
                          stdin=subprocess.DEVNULL)
    out, err = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
    return split(out), split(err)


def split(text):
    """Lines of each step that are not blank, with what follows its mark."""
    parts, lines = [], []
    for line in text.split("\n"):
        at = line.find(MARK)
        if at < 0:
            lines.append(line)
            continue
        if line[:at]:
            lines.append(line[:at])
        parts.append(([l for l in lines if l.strip()], line[at + len(MARK):]))
        lines = []
    return parts


def check(path):
    """The differences, empty when there are none."""
    steps = parse(path)
    with tempfile.TemporaryDirectory() as directory:
        outs, errs = run(steps, directory)
    if len(outs) != len(steps) or len(errs) != len(steps):
        return [f"{path.name}: the shell ended after step {len(outs)} of {len(steps)}"]
    problems = []
    for step, (out, status), (err, _) in zip(steps, outs, errs):
        where = f"{path.name}:{step.line}: {step.command.splitlines()[0]}"
        if int(status) != step.status:
            problems.append(f"{where}: exit status {status}, expected {step.status}")
        for name, expected, actual in (("output", step.out, out), ("errors", step.err, err)):
            if not matches(expected, actual):
                problems.append(f"{where}: {name}\n  expected\n    " + "\n    ".join(expected) + "\n  got\n    " + "\n    ".join(actual))
    return problems


def main():
    wanted = sys.argv[1:]
    files = sorted(p for folder in ("cli", "providers") for p in (HERE.parent / folder).glob("*.test"))
    failed = 0
    print(f"1..{len(files)}")
    for number, path in enumerate(files, 1):
        if wanted and not any(word in str(path) for word in wanted):
            print(f"ok {number} - {path.stem} # SKIP not asked for")
            continue
        problems = check(path)
        failed += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {number} - {path.parent.name}/{path.stem}")
        for problem in problems:
            print("\n".join("# " + line for line in problem.splitlines()))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
