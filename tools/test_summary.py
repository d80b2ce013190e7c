#!/usr/bin/env python3
"""Adds up JUnit files: prints what failed, and as the last line `N passed, N failed`. No test at all is a failure.

test_summary.py [--runners-failed 0|1] FILE...     1: a runner ended with an error, whatever its file says
"""

import collections
import sys
import xml.etree.ElementTree

Counts = collections.namedtuple("Counts", "passed failed skipped names")


def count(paths):
    """Passed, failed and skipped tests over all files, and the names of those that failed."""
    passed, skipped, names = 0, 0, []
    for path in paths:
        for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
            outcomes = {child.tag for child in case}
            status = case.get("status", "run")  # ctest says so in an attribute, pytest with an element
            if outcomes & {"failure", "error"} or status == "fail":
                names.append(f"{case.get('classname', '')}::{case.get('name', '')}")
            elif "skipped" in outcomes or status in ("disabled", "notrun"):
                skipped += 1
            else:
                passed += 1
    return Counts(passed, len(names), skipped, names)


def main(arguments):
    runners_failed = 0
    if arguments[:1] == ["--runners-failed"]:
        runners_failed, arguments = int(arguments[1]), arguments[2:]
    try:
        counts = count(arguments)
    except (OSError, xml.etree.ElementTree.ParseError) as problem:
        print(f"the results cannot be read: {problem}\n0 passed, 1 failed")
        return 1
    for name in counts.names:
        print(f"failed: {name}")
    if counts.skipped:
        print(f"skipped: {counts.skipped}")
    failed = counts.failed
    if runners_failed and not failed:
        print("failed: a test runner, though none of its tests")
        failed = 1
    print(f"{counts.passed} passed, {failed} failed")
    return 0 if counts.passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
