#!/usr/bin/env python3
"""Documents: links lead somewhere, the change log is open, and examples are runnable.

`check_docs.py --console` prints the ```console blocks of README.md and docs/*.md as JSON, for the test that runs them:
a list of {file, line, steps: [{command, output}]}.
"""

import json
import pathlib
import re
import sys

import tree

_FENCE = re.compile(r"^(```+|~~~+)\s*(\S*)", re.MULTILINE)
_LINK = re.compile(
    r"(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|!\[[^\]]*\]\(\s*([^)\s]+)\s*\)"
)
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
_UNRELEASED = re.compile(r"^##\s+\[?Unreleased\]?", re.MULTILINE)


def blocks(text):
    """(language, first line number, lines) of each fenced block; an unclosed one ends with the text."""
    found, fence, language, begin, inside = [], None, "", 0, []
    for number, line in enumerate(text.split("\n"), 1):
        match = _FENCE.match(line)
        if fence is None and match:
            fence, language, begin, inside = match.group(1), match.group(2), number + 1, []
        elif fence is not None and match and line.startswith(fence) and not match.group(2):
            found.append((language, begin, inside))
            fence = None
        elif fence is not None:
            inside.append(line)
    if fence is not None:
        found.append((language, begin, None))
    return found


def prose(text):
    """`text` without fenced blocks and `code`, where nothing is a link or a heading."""
    kept, fence = [], None
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if fence is None and match:
            fence = match.group(1)
            kept.append("")
        elif fence is not None:
            if match and line.startswith(fence) and not match.group(2):
                fence = None
            kept.append("")
        else:
            kept.append(re.sub(r"`[^`]*`", lambda m: "`" + "_" * (len(m[0]) - 2) + "`", line))
    return "\n".join(kept)


def anchors(text):
    """The names under which the headings of a document can be linked, as code hosts make them."""
    found = set()
    for heading in _HEADING.findall("\n".join(l if not _FENCE.match(l) else "" for l in text.split("\n"))):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        count = 0
        while (slug if not count else f"{slug}-{count}") in found:
            count += 1
        found.add(slug if not count else f"{slug}-{count}")
    return found


def console_steps(lines):
    """The commands (behind `$ `, continued by a closing backslash) of a console block and the output below each."""
    steps = []
    continued = False
    for line in lines:
        if continued:
            steps[-1]["command"] += "\n" + line.removeprefix("> ")
        elif line.startswith("$ "):
            steps.append({"command": line[2:], "output": []})
        elif steps:
            steps[-1]["output"].append(line)
        else:
            return None
        continued = (continued or line.startswith("$ ")) and line.endswith("\\")
    return steps


def check_document(name, text, root):
    """Findings about one document; `name` is relative to root."""
    findings = []
    plain = prose(text)
    for match in _LINK.finditer(plain):
        target = match.group(1) or match.group(2)
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        line = plain.count("\n", 0, match.start()) + 1
        path, _, anchor = target.partition("#")
        goal = (root / name).parent / path if path else root / name
        if not goal.exists():
            findings.append(f"{name}:{line}: the link to {target} leads nowhere")
        elif anchor and goal.suffix == ".md" and anchor not in anchors(goal.read_text(encoding="utf-8")):
            findings.append(f"{name}:{line}: {path or name} has no heading for #{anchor}")
    for language, line, lines in blocks(text):
        if lines is None:
            findings.append(f"{name}:{line - 1}: the fenced block is not closed")
        elif language == "console" and not console_steps(lines):
            findings.append(f"{name}:{line}: a console block begins with a command behind `$ `")
    return findings


def console_blocks(root=tree.ROOT):
    found = []
    for name in tree.files(root, suffixes={".md"}):
        if name.as_posix() == "README.md" or name.parts[0] == "docs":
            for language, line, lines in blocks(tree.read(name, root)):
                if language == "console" and lines:
                    found.append({"file": str(name), "line": line, "steps": console_steps(lines) or []})
    return found


def main():
    if sys.argv[1:] == ["--console"]:
        print(json.dumps(console_blocks(), indent=1))
        return
    findings = []
    for name in tree.files(suffixes={".md"}):
        findings += check_document(name, tree.read(name), pathlib.Path(tree.ROOT))
    change_log = tree.ROOT / "CHANGELOG.md"
    if not change_log.exists():
        findings.append("CHANGELOG.md: missing")
    elif not _UNRELEASED.search(change_log.read_text(encoding="utf-8")):
        findings.append("CHANGELOG.md: has no `## Unreleased` heading, under which changes are noted")
    tree.finish(findings)


if __name__ == "__main__":
    main()
