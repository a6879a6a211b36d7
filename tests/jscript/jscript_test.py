#!/usr/bin/env python3
"""Runs each script of this folder behind the assertions, as a .wsf of two scripts. Prints TAP."""
import os, pathlib, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
CSCRIPT = pathlib.Path(os.environ.get("OWMI_BIN", HERE.parent.parent / "build/release/bin")) / "cscript"


def main():
    number = 0
    with tempfile.TemporaryDirectory() as work:
        env = dict(os.environ, OPENWMI_REPOSITORY=f"{work}/repository", XDG_CONFIG_HOME=f"{work}/config", HOME=work)
        for script in sorted(HERE.glob("*.js")):
            if script.name.endswith(".inc.js"):
                continue
            job = pathlib.Path(work) / "job.wsf"
            job.write_text(f'<job><script language="JScript" src="{HERE}/assertions.inc.js"/>'
                           f'<script language="JScript" src="{script}"/></job>')
            words = [CSCRIPT, "//nologo", job, "first", "/name:value", "last one"]
            done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=300)
            for line in done.stdout.splitlines():
                state, _, text = line.partition(" - ")
                if state.startswith(("ok ", "not ok ")):
                    number += 1
                    print(f"{state.rsplit(' ', 1)[0]} {number} - {text}")
            number += 1
            ended = done.returncode == 0 and not done.stderr
            print(f"{'ok' if ended else 'not ok'} {number} - {script.stem}: ends {done.stderr.strip()}")
    print(f"1..{number}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
