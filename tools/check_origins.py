#!/usr/bin/env python3
"""No file names a path of one machine or the host of a package registry: both break at the next person's."""

import re

import cpp_text
import tree

MACHINE_PATHS = re.compile(r"(?<![\w.~$}*-])/(?:work|root|home/\w+|tmp/build\w*)/")
REGISTRY_HOSTS = re.compile(
    r"\b(?:[\w-]+\.)*(?:debian\.org|archive\.ubuntu\.com|pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|crates\.io"
    r"|golang\.org|maven\.org|rubygems\.org)\b",
    re.IGNORECASE,
)
_EXCEPT = ("tests/tools/",)


def check(name, text):
    findings = []
    for pattern, problem in (
        (MACHINE_PATHS, "a path of one machine; write it from the root of the tree"),
        (REGISTRY_HOSTS, "a registry's host; name the package only"),
    ):
        findings += [
            f"{name}:{cpp_text.line_of(text, m.start())}: `{m.group(0)}`: {problem}" for m in pattern.finditer(text)
        ]
    return findings


def main():
    findings = []
    for name in tree.files():
        if not name.as_posix().startswith(_EXCEPT) and (text := tree.read(name)) is not None:
            findings += check(name, text)
    tree.finish(findings)


if __name__ == "__main__":
    main()
