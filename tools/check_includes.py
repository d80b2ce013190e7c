#!/usr/bin/env python3
"""Holds every #include of src/ (and the DEPS of its CMakeLists.txt) against the arrows of the layout.

A module includes itself and the modules named here; what is not named is refused. A new arrow is a line in this
table, and a sentence in ARCHITECTURE.md.
"""

import re

import cpp_text
import tree

_FEATURE = {"expiry", "events", "store", "model", "base", "crypto"}
FEATURES = ("authorization", "tokens", "queues", "leases", "pools", "stream")
ARROWS = {
    "base": set(),
    "crypto": {"base"},
    "model": {"base"},
    "store": {"model", "base"},
    "events": {"store", "model", "base"},
    "expiry": {"base"},
    "identity": set(_FEATURE),
    **{feature: set(_FEATURE) for feature in FEATURES},
    "net": {"base", "crypto"},
    "cloud": {"net", "identity", "model", "base", "crypto"},
    "api": {*FEATURES, "identity", "net", *_FEATURE},
    "console": {"base"},
    "app": {*FEATURES, "identity", "api", "cloud", "net", "console", *_FEATURE},
}
# Parts of a module that talk to the outside may use net as well.
EXTRA_ARROWS = {
    "leases/providers": {"net"},
    "pools": {"net"},
    "stream/channels": {"net"},
    "stream/pdp": {"net"},
    "stream/policies": {"net"},
    "stream/hooks": {"net"},
}
# Everybody may ask whether a caller is allowed to do something.
SHARED_HEADERS = {"authorization/authorizer.hpp"}
MAY_ASK_THE_AUTHORIZER = {*FEATURES, "identity", "api", "app"}
# Ports that a module implements for another one.
PORTS = {"authorization/consumer_metadata.hpp": {"cloud"}}
# Folders that only these modules see.
PRIVATE_FOLDERS = {"store/drivers": {"store", "app"}}
# Folders of a module that are a library of their own.
LIBRARIES_OF_OURS = {"lease_providers": "leases"}
# Libraries, by the start of the included name, and the only places that know them.
LIBRARIES = {
    "openssl/": ("src/crypto", "src/net"),
    "sqlite3.h": ("src/store/drivers",),
    "libpq": ("src/store/drivers", "src/leases/providers/postgresql"),
    "postgresql/": ("src/store/drivers", "src/leases/providers/postgresql"),
    "mysql": ("src/store/drivers",),
    "mariadb": ("src/store/drivers",),
    "boost/asio": ("src/net", "src/api/mqtt"),
    "boost/beast": ("src/net", "src/api/mqtt"),
    "yaml-cpp/": ("src/app/config",),
    "CLI/": ("src/app",),
    "spdlog/": ("src/base/log.cpp",),
    "curl/": ("src/net",),
    "mosquitto": ("src/net",),
    "lua": ("src/stream/hooks",),
    "archive": ("src/stream/policies",),
}

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)
_MODULE_CALL = re.compile(r"\bjeton_module\s*\(([^)]*)\)")
_CMAKE_KEYWORDS = {"NAME", "SOURCES", "DEPS", "LIBS", "PCH"}


def allowed_modules(path):
    """The modules that a file of src/ (path relative to src/) may include, itself among them."""
    module = path.parts[0]
    allowed = {module} | ARROWS.get(module, set())
    for folder, extra in EXTRA_ARROWS.items():
        if path.as_posix().startswith(folder + "/"):
            allowed |= extra
    return allowed


def _our_include(path, target):
    """A sentence about what is wrong with `#include "target"` in src/path, or None."""
    module, goal = path.parts[0], target.split("/")[0]
    if "/" not in target:
        return f'"{target}" is not written from src/: say "{path.parent.as_posix()}/{target}"'
    if goal not in ARROWS:
        return None if goal == module else f'"{target}" is no module of ours; a library is included with <>'
    if target in SHARED_HEADERS and module in MAY_ASK_THE_AUTHORIZER:
        return None
    if module in PORTS.get(target, ()):
        return None
    allowed = allowed_modules(path)
    if goal not in allowed:
        others = ", ".join(sorted(allowed - {module})) or "nothing of ours"
        return f'"{target}" breaks the arrows: {module} -> {goal} is not one; {module} may include {others}'
    for folder, insiders in PRIVATE_FOLDERS.items():
        if target.startswith(folder + "/") and module not in insiders:
            return f'"{target}" is private: {folder} is seen by {", ".join(sorted(insiders))} only'
    return None


def _library_include(path, target):
    for start, places in LIBRARIES.items():
        if target.startswith(start):
            full = "src/" + path.as_posix()
            if not any(full == place or full.startswith(place + "/") for place in places):
                return f"<{target}> is kept inside {' and '.join(places)}"
    return None


def check_source(path, text):
    """Findings about the includes of one file; `path` is relative to src/."""
    if path.parts[0] not in ARROWS:
        return [f"src/{path}: {path.parts[0]} is not a module of the table in tools/check_includes.py"]
    code = cpp_text.code_only(text, keep_strings=True)
    findings = []
    for match in _INCLUDE.finditer(code):
        problem = _our_include(path, match[2]) if match[1] == '"' else None
        problem = problem or _library_include(path, match[2])
        if problem:
            findings.append(f"src/{path}:{cpp_text.line_of(code, match.start())}: {problem}")
    return findings


def check_cmake(path, text, parts=()):
    """Findings about the DEPS of the jeton_module calls in src/<module>/CMakeLists.txt.

    `parts`: libraries that are folders of the module itself, such as config in app.
    """
    module = path.parts[0]
    may = {module} | ARROWS.get(module, set())
    for folder, extra in EXTRA_ARROWS.items():
        if folder.split("/")[0] == module:
            may |= extra
    if module in MAY_ASK_THE_AUTHORIZER:
        may.add("authorization")
    may |= {port.split("/")[0] for port, modules in PORTS.items() if module in modules}
    may |= {library for library, owner in LIBRARIES_OF_OURS.items() if owner in may}
    findings = []
    for call in _MODULE_CALL.finditer(re.sub(r"#.*", "", text)):
        keyword = None
        for word in call[1].split():
            if word in _CMAKE_KEYWORDS:
                keyword = word
            elif keyword == "DEPS" and word not in may and word not in parts:
                findings.append(
                    f"src/{path}: DEPS names {word}, but {module} -> {word} is not an arrow; "
                    f"{module} may use {', '.join(sorted(may - {module})) or 'nothing of ours'}"
                )
    return findings


def main():
    findings = []
    for name in tree.files(under=("src",)):
        path = name.relative_to("src")
        if name.suffix in tree.CPP:
            findings += check_source(path, tree.read(name))
        elif name.name == "CMakeLists.txt" and len(path.parts) > 1:
            parts = {p.name for p in (tree.ROOT / "src" / path.parts[0]).iterdir() if p.is_dir()}
            findings += check_cmake(path, tree.read(name), parts)
    tree.finish(findings)


if __name__ == "__main__":
    main()
