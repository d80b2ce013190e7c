#!/usr/bin/env python3
"""Runs clang-tidy over the tree, in parallel, and remembers which files were clean.

    tidy.py [--all] [--tests] [--jobs N] [FILE...]     without FILE: every source of src/ and bench/

A file is run again when it, a header of ours that it includes (at any depth), its command line, .clang-tidy or
clang-tidy's version has changed; `--all` runs it anyhow. Command lines come from build/tidy (preset `tidy`).
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time

import tree

COMMANDS = tree.ROOT / "build" / "tidy"
# What the precompiled headers give every unit; clang-tidy reads them as text.
COMMON_HEADER = tree.ROOT / "cmake" / "logic_pch.hpp"
TEST_HEADER = tree.ROOT / "tests" / "support" / "pch.hpp"
# Of all checkouts of this user: what was clean in one is clean in another.
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "jeton" / "tidy"
KEEP_SECONDS = 30 * 24 * 3600
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.MULTILINE)
_NOISE = re.compile(
    r"^(?:\d+ warnings?.*|\d+ errors?.*|Suppressed .*|Use -header-filter.*|\s*Error while .*"
    r"|.*warnings? treated as errors?|Found compiler error.*)$"
)


def tool():
    for version in ("19", "18"):
        if found := shutil.which(f"clang-tidy-{version}"):
            return found
    sys.exit("clang-tidy-19 is not installed: ./dev setup check")


def arguments(command):
    """Folder and compiler arguments of one entry of compile_commands.json, without launcher and output."""
    words = command["arguments"] if "arguments" in command else _split(command["command"])
    while words and not re.search(r"(?:clang\+\+|g\+\+|c\+\+)(?:-\d+)?$", words[0]):
        words = words[1:]  # ccache, and what wraps it
    return command["directory"], words


def _split(text):
    return shlex.split(text)


def is_test(source):
    return tree.ROOT / "tests" in source.parents


def configuration(source):
    return (tree.ROOT / "tests" if is_test(source) else tree.ROOT) / ".clang-tidy"


class Closure:
    """Which files of ours a source includes, directly or not."""

    def __init__(self, folders):
        self._folders = folders
        self._direct = {}

    def of(self, source):
        seen, waiting = set(), [source]
        while waiting:
            path = waiting.pop()
            if path not in seen:
                seen.add(path)
                waiting += self._includes(path)
        return sorted(seen)

    def _includes(self, path):
        if path not in self._direct:
            text = path.read_text(encoding="utf-8", errors="replace")
            candidates = (
                (folder / name).resolve()
                for name in _INCLUDE.findall(text)
                for folder in (path.parent, *self._folders)
            )
            self._direct[path] = [c for c in candidates if c.is_file()]
        return self._direct[path]


class Hashes:
    def __init__(self, closure, version):
        self._closure = closure
        self._version = version.encode()
        self._files = {}

    def key(self, source, words):
        digest = hashlib.sha256(self._version + configuration(source).read_bytes())
        digest.update("\0".join(words).replace(str(tree.ROOT), "").encode())
        for path in self._closure.of(source):
            if path not in self._files:
                self._files[path] = hashlib.sha256(path.read_bytes()).digest()
            digest.update(str(path).replace(str(tree.ROOT), "").encode() + self._files[path])
        return digest.hexdigest()


def run(program, source, folder, words):
    """The findings about one source as text, empty when it is clean.

    Reading what the precompiled header gives takes most of the time: only units that lean on it get it.
    """
    text = run_once(program, source, folder, words)
    if "clang-diagnostic-error" in text and not is_test(source):
        text = run_once(program, source, folder, [*words, "-include", str(COMMON_HEADER)])
    return text


def run_once(program, source, folder, words):
    extra = []
    if program.endswith("-18"):  # its libstdc++ would hide std::expected from a compiler that calls itself so old
        extra = ["--extra-arg=-D__cpp_concepts=202002L", "--extra-arg=-Wno-builtin-macro-redefined"]
    done = subprocess.run(
        [program, "--quiet", *extra, f"--config-file={configuration(source)}", str(source), "--", *words[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in (done.stdout + done.stderr).splitlines() if not _NOISE.match(line)]
    text = "\n".join(lines).strip()
    if done.returncode != 0 and not text:
        text = f"{source}: clang-tidy ended with {done.returncode}"
    return text.replace(f"{tree.ROOT}/", "")


def unique(reports):
    """Findings of many sources with those in shared headers once: each begins with a line `file:line:column: …`."""
    seen, out = set(), []
    for report in reports:
        for finding in re.split(r"(?m)^(?=\S+:\d+:\d+: (?:warning|error))", report):
            head = finding.strip().split("\n")[0]
            if head and head not in seen:
                seen.add(head)
                out.append(finding.rstrip())
    return out


def prune():
    for marker in CACHE.iterdir():
        if time.time() - marker.stat().st_mtime > KEEP_SECONDS:
            marker.unlink()


def pending(options, program):
    """(source, folder, words, marker) of each file that has to be run."""
    commands = json.loads((COMMANDS / "compile_commands.json").read_text())
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    hashes = Hashes(Closure([tree.ROOT / "src", tree.ROOT / "tests"]), version)
    wanted = {pathlib.Path(name).resolve() for name in options.files}
    found = []
    for command in commands:
        source = (pathlib.Path(command["directory"]) / command["file"]).resolve()
        ours = source.suffix == ".cpp" and tree.ROOT in source.parents and COMMANDS not in source.parents
        if not ours or not source.is_file() or (wanted and source not in wanted):
            continue
        if is_test(source) and not wanted and not options.tests:
            continue
        folder, words = arguments(command)
        if is_test(source):
            words += ["-include", str(TEST_HEADER)]
        marker = CACHE / hashes.key(source, words)
        if options.all or not marker.exists():
            found.append((source, folder, words, marker))
        else:
            marker.touch()
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--tests", action="store_true", help="the tests' sources as well (half an hour on two cores)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("files", nargs="*", metavar="FILE")
    options = parser.parse_args()
    program = tool()
    CACHE.mkdir(parents=True, exist_ok=True)
    prune()
    work = pending(options, program)
    reports = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        running = {pool.submit(run, program, *item[:3]): item for item in work}
        for count, done in enumerate(concurrent.futures.as_completed(running), 1):
            if report := done.result():
                reports.append(report)
            else:
                running[done][3].touch()
            if sys.stderr.isatty():
                print(f"\r  clang-tidy {count}/{len(work)} ", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    tree.finish(unique(reports))


if __name__ == "__main__":
    main()
