"""Folders with a Debian in each, in which commands run by chroot. They need root, debootstrap and Debian's packages."""

import os
import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# Made once: LUATOS_ROOTS, or else target/roots.
CACHE = Path(os.environ.get("LUATOS_ROOTS", PROJECT / "target/roots"))
MIRROR = "http://deb.debian.org/debian"
# What processes inside see of the kernel.
MOUNTS = ("proc", "sys", "dev")


def debian(suite, packages=()):
    """The cached root of a suite, with further packages."""
    root = CACHE / "-".join([suite, *packages])
    if not (root / "etc/made").exists():
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        include = [f"--include={','.join(packages)}"] if packages else []
        run(["debootstrap", "--variant=minbase", *include, suite, root, MIRROR], stdout=subprocess.DEVNULL)
        (root / "etc/made").touch()
    return root


class Root:
    """A copy of a root that is removed at the end of the `with` block, or nothing but an empty folder."""

    def __init__(self, folder, source=None, binds=()):
        self.folder = Path(folder)
        if source:
            run(["cp", "-a", "--reflink=auto", source, self.folder])
            shutil.copy("/etc/resolv.conf", self.folder / "etc/resolv.conf")
        else:
            self.folder.mkdir(parents=True)
        self._binds = [(f"/{name}", self.folder / name) for name in MOUNTS if source]
        self._binds += [(path, self.folder / str(where).lstrip("/")) for path, where in binds]

    def __enter__(self):
        for path, where in self._binds:
            where.mkdir(parents=True, exist_ok=True)
            run(["mount", "--bind", path, where])
        return self

    def __exit__(self, *_):
        for _, where in reversed(self._binds):
            run(["umount", where])
        # Never through a mount that has stayed.
        run(["rm", "-rf", "--one-file-system", self.folder])

    def run(self, command, environment=None, folder="/", **options):
        """Runs a shell's command inside, with nothing of the outside's environment."""
        inside = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", **(environment or {})}
        return run(["chroot", self.folder, "/bin/sh", "-ec", f"cd '{folder}'\n{command}"], env=inside, **options)


def run(command, **options):
    """Runs a command, which has to succeed."""
    return subprocess.run(list(map(str, command)), check=True, **options)
