"""The files a check looks at: what git tracks, and what is new and not ignored."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CPP = (".cpp", ".hpp")
_SKIPPED_WITHOUT_GIT = {".git", "build", "jeton-data", "__pycache__", ".cache"}


def files(root=ROOT, suffixes=None, under=()):
    """Sorted paths relative to root; `suffixes` and `under` (first folders) narrow them down."""
    root = pathlib.Path(root)
    listing = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0:
        names = {pathlib.PurePosixPath(n) for n in listing.stdout.decode().split("\0") if n}
    else:  # an unpacked archive has no git
        names = {
            pathlib.PurePosixPath(p.relative_to(root).as_posix())
            for p in root.rglob("*")
            if not _SKIPPED_WITHOUT_GIT & set(p.relative_to(root).parts)
        }
    return sorted(
        n
        for n in names
        if (suffixes is None or n.suffix in suffixes) and (not under or n.parts[0] in under) and (root / n).is_file()
    )


def read(name, root=ROOT):
    """The text of a file, or None when it is not text."""
    try:
        return (pathlib.Path(root) / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def finish(findings):
    """Prints the findings, and ends the process: 0 without any, 1 otherwise."""
    for finding in findings:
        print(finding)
    sys.exit(1 if findings else 0)
