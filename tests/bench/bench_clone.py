"""Seconds from a fresh clone to the site answering, by the README's first command, in an empty home folder.

python tests/bench/bench_clone.py      (installs from the package registry into a temporary folder)
"""

import os
import re
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Prints the seconds for cloning and installing, and from then to the first good answer."""
    with tempfile.TemporaryDirectory() as folder:
        clone, home = Path(folder) / "clone", Path(folder) / "home"
        home.mkdir()
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("COMPANION_", "VIRTUAL"))}
        environ |= {"HOME": str(home), "PYTHONUNBUFFERED": "1"}
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        readme = (clone / "README.md").read_text("utf-8")
        command = re.findall(r"^python3 -m venv .*companion demo$", readme, re.MULTILINE)[0]
        install, _, demo = command.rpartition(" && ")
        began = time.perf_counter()
        subprocess.run(install, shell=True, cwd=clone, env=environ, check=True, capture_output=True)
        installed = time.perf_counter()
        process = subprocess.Popen(
            ["bash", "-c", f"exec {demo} --port 0"], cwd=clone, env=environ, stdout=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            urllib.request.urlopen(re.findall(r"http://[\d.:]+/", line)[0]).read()
            answered = time.perf_counter()
        finally:
            process.terminate()
            process.wait(20)
        print(f"installation: {installed - began:.1f} s; from then to the site answering: {answered - installed:.1f} s")


if __name__ == "__main__":
    main()
