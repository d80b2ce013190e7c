#!/usr/bin/env python3
"""A source that no CMakeLists.txt names is never compiled, and a test that none names never runs: both are refused."""

import re

import tree


def unlisted(names, cmake_texts):
    """Those of `names` that no CMakeLists.txt of their folder or one above names; `cmake_texts` maps folder to text."""
    findings = []
    for name in names:
        listed = False
        for folder in name.parents:
            if folder in cmake_texts:
                words = set(re.split(r"[\s()\"]+", re.sub(r"#.*", "", cmake_texts[folder])))
                listed = listed or name.relative_to(folder).as_posix() in words
        if not listed:
            findings.append(f"{name}: no CMakeLists.txt of its folder, or one above, names it")
    return findings


def main():
    cmake_texts = {n.parent: tree.read(n) for n in tree.files() if n.name == "CMakeLists.txt"}
    sources = tree.files(suffixes={".cpp"}, under=("src",))
    tests = [n for n in tree.files(suffixes={".cpp"}, under=("tests",)) if n.name.endswith("_test.cpp")]
    tree.finish(unlisted(sources + tests, cmake_texts))


if __name__ == "__main__":
    main()
