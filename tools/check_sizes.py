#!/usr/bin/env python3
"""Files, functions and lines stay readable: bounds on the length of each."""

import collections
import re

import cpp_text
import tree

FILE_LINES_MAX = 600
TEST_FILE_LINES_MAX = 800
FUNCTION_LINES_MAX = 70
LINE_COLUMNS_MAX = 120
SCRIPT_COLUMNS_MAX = 200  # tables of requests in the end-to-end tests read better unfolded
UNBREAKABLE_COLUMNS = 80  # a line with so long a run without blanks (an address, a test vector) may be longer

Function = collections.namedtuple("Function", "name line lines")

_PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", re.MULTILINE)
_SCOPE = re.compile(
    r"^\s*(?:template\b.*?>\s*)?(?:inline\s+|typedef\s+|static\s+)*" r"(?:namespace|class|struct|union|enum|extern)\b"
)
_CONTROL = re.compile(r"^\s*(?:else\s+)?(?:if|for|while|switch|catch|do|else|try)\b")
_NAME = re.compile(r"(operator\s*[^\s\w(]+|operator\s*\(\s*\)|[\w:~]+)\s*\(")
_AFTER_PARAMETERS = re.compile(
    r"\)\s*(?:(?:const|noexcept|override|final|mutable|try|&&?)\s*)*(?:->\s*[\w:<>,\s&*()]+?)?\s*$"
)


def _kind(header):
    """What a brace opens behind `header`, the text since the statement began: scope, function, block or value."""
    stripped = header.rstrip()
    if _SCOPE.match(header) and not stripped.endswith(")"):
        return "scope"
    if stripped.endswith("}"):  # a constructor whose last member was given in braces; else a bare block
        return "function"
    if stripped == "" or _CONTROL.match(header) or stripped.endswith((":", ";")):
        return "block"
    if "(" in header and _AFTER_PARAMETERS.search(header):
        return "function"
    if re.search(r"(?:^|[^\w\s])\s*\[[^\[\]]*\]\s*$", header):
        return "function"  # a lambda without parameters
    return "value"


def functions(text):
    """The outermost functions of a file, with the number of lines from the first of the signature to the last brace."""
    code = _PREPROCESSOR.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), cpp_text.code_only(text))
    found, stack, start, depth_in_function = [], [], 0, 0
    parentheses = 0
    for match in re.finditer(r"[{}();]", code):
        char, at = match.group(0), match.start()
        if char in "()":
            parentheses = max(0, parentheses + (1 if char == "(" else -1))
        elif char == ";":
            if parentheses == 0:
                start = at + 1
        elif char == "{":
            kind = _kind(code[start:at])
            stack.append((kind, start, parentheses))
            if kind == "function":
                depth_in_function += 1
            if kind != "value":
                start, parentheses = at + 1, 0
        elif stack:
            kind, opened_from, parentheses = stack.pop()
            if kind == "function":
                depth_in_function -= 1
                if depth_in_function == 0:
                    found.append(_describe(code, opened_from, at))
            if kind == "value" or parentheses > 0:
                start = opened_from
            else:
                start = at + 1
    return found


def _describe(code, opened_from, closed_at):
    first = opened_from + len(code[opened_from:]) - len(code[opened_from:].lstrip())
    first_line = cpp_text.line_of(code, first)
    header = code[first : code.index("{", first)]
    access = re.match(r"(?:(?:public|private|protected)\s*:\s*)+", header)
    if access:
        first_line += access.group(0).count("\n")
    name = _NAME.search(header)
    macro = re.match(r"\s*(TEST\w*|RC_GTEST\w*|TYPED_TEST\w*|BENCHMARK\w*)\s*(\([^)]*\))", header)
    shown = "".join(macro.groups()) if macro else (name.group(1) if name else "a function")
    return Function(shown, first_line, cpp_text.line_of(code, closed_at) - first_line + 1)


def _long_lines(name, text):
    exempt = cpp_text.raw_string_lines(text) if name.suffix in tree.CPP else set()
    most = LINE_COLUMNS_MAX if name.suffix in tree.CPP else SCRIPT_COLUMNS_MAX
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) <= most or number in exempt:
            continue
        if max((len(word) for word in line.split()), default=0) > UNBREAKABLE_COLUMNS:
            continue
        yield f"{name}:{number}: {len(line)} columns, {most} is the most"


def check(name, text):
    """Findings about one file; `name` is relative to the root."""
    findings = []
    limit = TEST_FILE_LINES_MAX if name.parts[0] == "tests" else FILE_LINES_MAX
    lines = text.count("\n") + (0 if text.endswith("\n") or not text else 1)
    if lines > limit:
        findings.append(f"{name}: {lines} lines, {limit} is the most: split it by what it does")
    findings += _long_lines(name, text)
    if name.suffix in tree.CPP:
        for function in functions(text):
            if function.lines > FUNCTION_LINES_MAX:
                findings.append(
                    f"{name}:{function.line}: {function.name} has {function.lines} lines, "
                    f"{FUNCTION_LINES_MAX} is the most: name its parts"
                )
    return findings


def main():
    findings = []
    for name in tree.files(suffixes={*tree.CPP, ".py"}):
        if (text := tree.read(name)) is not None:
            findings += check(name, text)
    tree.finish(findings)


if __name__ == "__main__":
    main()
