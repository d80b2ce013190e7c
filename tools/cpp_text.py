"""C++ as text with what cannot be code blanked out: comments, string and character literals.

The result has the length and the lines of the original, so that positions carry over.
"""

import re

_TOKEN = re.compile(
    r"""(?P<line>//(?:[^\n\\]|\\.|\\\n)*)
      | (?P<block>/\*.*?(?:\*/|\Z))
      | (?P<raw>\b(?:u8|u|U|L)?R"(?P<tag>[^()\\\s]{0,16})\(.*?(?:\)(?P=tag)"|\Z))
      | (?P<string>"(?:[^"\\\n]|\\.|\\\n)*(?:"|(?=\n)|\Z))
      | (?P<number>\b\d(?:'?[0-9A-Za-z_.])*)
      | (?P<character>'(?:[^'\\\n]|\\.)*(?:'|(?=\n)|\Z))""",
    re.VERBOSE | re.DOTALL,
)
_NOT_NEWLINE = re.compile(r"[^\n]")


def _blank(text):
    return _NOT_NEWLINE.sub(" ", text)


def code_only(text, keep_strings=False):
    """`text` with comments blanked, and the insides of literals too unless `keep_strings`."""

    def replace(match):
        found = match.group(0)
        if match.lastgroup in ("line", "block"):
            return _blank(found)
        if keep_strings or match.group("number") is not None:
            return found
        if len(found) < 2:
            return found
        return found[0] + _blank(found[1:-1]) + (found[-1] if found[-1] != "\n" else "\n")

    return _TOKEN.sub(replace, text)


def raw_string_lines(text):
    """Numbers (from 1) of the lines that a raw string literal touches: their layout is not ours to choose."""
    lines = set()
    for match in _TOKEN.finditer(text):
        if match.group("raw") is not None:
            first = text.count("\n", 0, match.start()) + 1
            lines.update(range(first, first + match.group(0).count("\n") + 1))
    return lines


def line_of(text, position):
    return text.count("\n", 0, position) + 1
