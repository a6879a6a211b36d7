#!/usr/bin/env python3
"""Runs each .vbs of this folder behind the assertions, over a repository of its own. Prints TAP."""
import os, pathlib, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
CSCRIPT = pathlib.Path(os.environ.get("OWMI_BIN", HERE.parent.parent / "build/release/bin")) / "cscript"


def main():
    number = 0
    for script in sorted(HERE.glob("*.vbs")):
        if script.name.endswith(".inc.vbs"):
            continue
        with tempfile.TemporaryDirectory() as work:
            env = dict(os.environ, OPENWMI_REPOSITORY=f"{work}/repository", XDG_CONFIG_HOME=f"{work}/config", HOME=work)
            job = pathlib.Path(work) / "job.wsf"
            job.write_text(f'<job><script language="VBScript" src="{HERE}/assertions.inc.vbs"/>'
                           f'<script language="VBScript" src="{script}"/></job>')
            done = subprocess.run([CSCRIPT, "//nologo", job], env=env, capture_output=True, text=True, timeout=300)
        for line in done.stdout.splitlines():
            number += 1
            state, _, text = line.partition(" - ")
            print(f"{state if state in ('ok', 'not ok') else 'not ok'} {number} - {script.stem}: {text or line}")
        number += 1
        ended = done.returncode == 0 and not done.stderr
        print(f"{'ok' if ended else 'not ok'} {number} - {script.stem}: ends {done.stderr.strip()}")
    print(f"1..{number}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
