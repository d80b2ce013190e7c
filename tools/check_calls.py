#!/usr/bin/env python3
"""Refuses calls and words that the house rules ban; the message says what to take instead."""

import collections
import re

import cpp_text
import tree

# `where`: folders the rule holds in; `except_in`: files and folders it does not hold in.
Rule = collections.namedtuple("Rule", "pattern message where except_in")


def _rule(pattern, message, where=("src", "tests"), except_in=()):
    return Rule(re.compile(pattern), message, where, except_in)


CODE_RULES = [
    _rule(
        r"\b(?:system_clock|steady_clock|high_resolution_clock|utc_clock)\s*::\s*now\b",
        "time is a parameter; base::Clock is the only one who asks for it",
        except_in=("src/base/clock.cpp",),
    ),
    _rule(
        r"(?<![\w.>])(?:std::|::)?time\s*\(\s*(?:nullptr|NULL|0|&)",
        "time is a parameter; base::Clock is the only one who asks for it",
    ),
    _rule(
        r"\b(?:gettimeofday|clock_gettime|timespec_get)\s*\(|\bstd::clock\s*\(",
        "time is a parameter; base::Clock is the only one who asks for it",
        except_in=("src/base/clock.cpp",),
    ),
    _rule(
        r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\b|(?<![\w.>])(?:::)?sleep\s*\(",
        "nothing sleeps: wait on a condition with a deadline, or move a manual clock",
    ),
    _rule(
        r"\b(?:v?f?printf|puts|putchar|fputs)\s*\(|\bstd::(?:cout|cerr|clog)\b|\bfmt::print(?:ln)?\s*\(",
        "only src/app prints; elsewhere use base::log",
        where=("src",),
        except_in=("src/app",),
    ),
    _rule(
        r"(?<!operator )(?<!\w)new\b(?=\s*(?:\(|[A-Za-z_:]))",
        "no bare new: std::make_unique, std::make_shared or a container owns it",
    ),
    _rule(
        r"(?<!operator )(?<![\w=])(?<!= )delete\b(?=\s*(?:\[|\(|[A-Za-z_:*]))",
        "no bare delete: an owner's destructor does it",
    ),
    _rule(
        r"\b(?:std::)?s?rand\s*\(|\brandom_shuffle\b|\bstd::random_device\b",
        "randomness comes from crypto (or, in tests, from a seeded engine)",
    ),
    _rule(
        r"(?<![\w.>])(?:std::|::)?(?:strerror|localtime|gmtime|strtok|asctime|ctime)\s*\(",
        "its answer is shared between threads; base has the text of times, std::error_code that of errors",
    ),
    _rule(r"\bco_(?:await|return|yield|spawn)\b", "no coroutines: g++ 12 destroys their temporaries twice"),
    _rule(r"\bDISABLED_\w+", "a disabled test tests nothing: repair it or remove it", where=("tests",)),
    _rule(r"\busing\s+namespace\s+std\s*;", "names of std are written out"),
]
# An owner may be handed a new object where its maker cannot be used: a private constructor, designated initialisers.
_HANDED_TO_AN_OWNER = re.compile(r"(?:\b(?:unique_ptr|shared_ptr)\s*<[^;{}]*>\s*\w*|\b\w+_)\s*[({]\s*$")
# Written in two halves so that this file does not find itself.
_UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|NOL" r"INT\w*)\b")
_TEXT_SUFFIXES = {".cpp", ".hpp", ".md", ".cmake", ".py", ".sh", ".sql", ".txt", ".yaml", ".yml", ".json", ""}
# Contracts and samples may quote what others wrote.
_UNFINISHED_EXCEPT = ("tests/tools/", "tests/fuzz/corpus/", "LICENSE")


def _holds(rule, name):
    inside = name.parts[0] in rule.where
    return inside and not any(name.as_posix() == e or name.as_posix().startswith(e + "/") for e in rule.except_in)


def check_code(name, text):
    """Findings of the rules about code in one C++ file; `name` is relative to the root."""
    code = cpp_text.code_only(text)
    findings = []
    for rule in CODE_RULES:
        if not _holds(rule, name):
            continue
        for match in rule.pattern.finditer(code):
            if match.group(0) == "new" and _HANDED_TO_AN_OWNER.search(
                code, max(0, match.start() - 200), match.start()
            ):
                continue
            found = " ".join(match.group(0).split())
            findings.append(f"{name}:{cpp_text.line_of(code, match.start())}: `{found}`: {rule.message}")
    return findings


def check_words(name, text):
    """Findings about words that announce unfinished work or silence a check, in any text file."""
    return [
        f"{name}:{cpp_text.line_of(text, m.start())}: `{m.group(0)}`: finish it, or file an issue and say so there"
        for m in _UNFINISHED.finditer(text)
    ]


def main():
    findings = []
    for name in tree.files():
        if name.suffix not in _TEXT_SUFFIXES or (text := tree.read(name)) is None:
            continue
        if name.suffix in tree.CPP:
            findings += check_code(name, text)
        if not name.as_posix().startswith(_UNFINISHED_EXCEPT):
            findings += check_words(name, text)
    tree.finish(findings)


if __name__ == "__main__":
    main()
