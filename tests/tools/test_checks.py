"""The checks behind `./dev check`: each finds what it is for, and lets pass what only looks like it."""

import pathlib

import pytest

import check_calls
import check_docs
import check_includes
import check_listed
import check_origins
import check_sizes
import cpp_text

Path = pathlib.PurePosixPath


@pytest.mark.parametrize(
    "text, code",
    [
        ("a // b\nc", "a     \nc"),
        ("a /* b\n */ c", "a     \n    c"),
        ('f("x; // {", \'"\', "\\"")', 'f("       ", \' \', "  ")'),
        ("1'000'000 + 'a'", "1'000'000 + ' '"),
        ('R"x(")" { )x" + 1', "R" + " " * 11 + '" + 1'),
    ],
)
def test_only_code_is_left(text, code):
    assert cpp_text.code_only(text) == code


@pytest.mark.parametrize(
    "path, include, broken",
    [
        ("base/a.cpp", '"base/result.hpp"', None),
        ("base/a.cpp", '"model/token.hpp"', "base -> model is not one"),
        ("store/a.cpp", '"events/log.hpp"', "store may include base, model"),
        ("store/a.cpp", '"store/drivers/sqlite.hpp"', None),
        ("events/a.cpp", '"store/drivers/sqlite.hpp"', "private"),
        ("tokens/a.cpp", '"authorization/authorizer.hpp"', None),
        ("tokens/a.cpp", '"authorization/rules.hpp"', "tokens -> authorization is not one"),
        ("store/a.cpp", '"authorization/authorizer.hpp"', "store -> authorization is not one"),
        ("tokens/a.cpp", '"identity/caller.hpp"', "tokens -> identity is not one"),
        ("api/http/a.cpp", '"identity/caller.hpp"', None),
        ("api/http/a.cpp", '"net/http/message.hpp"', None),
        ("net/http/a.cpp", '"api/http/router.hpp"', "net -> api is not one"),
        ("leases/a.cpp", '"net/client.hpp"', "leases -> net is not one"),
        ("leases/providers/vault/a.cpp", '"net/client.hpp"', None),
        ("app/main.cpp", '"tokens/a.hpp"', None),
        ("base/a.cpp", '"result.hpp"', 'say "base/result.hpp"'),
        ("app/config/a.cpp", "<yaml-cpp/yaml.h>", None),
        ("app/main.cpp", "<yaml-cpp/yaml.h>", "kept inside src/app/config"),
        ("crypto/a.cpp", "<openssl/evp.h>", None),
        ("tokens/a.cpp", "<openssl/evp.h>", "src/crypto and src/net"),
        ("store/drivers/sqlite.cpp", "<sqlite3.h>", None),
        ("store/a.cpp", "<sqlite3.h>", "src/store/drivers"),
        ("api/http/a.cpp", "<boost/asio.hpp>", "src/net"),
        ("net/a.cpp", "<boost/asio/ip/tcp.hpp>", None),
        ("base/log.cpp", "<spdlog/spdlog.h>", None),
        ("base/strings.cpp", "<spdlog/spdlog.h>", "src/base/log.cpp"),
        ("nowhere/a.cpp", "<vector>", "not a module"),
    ],
)
def test_arrows(path, include, broken):
    findings = check_includes.check_source(Path(path), f"#pragma once\n#include {include}\n")
    if broken is None:
        assert findings == []
    else:
        assert len(findings) == 1 and broken in findings[0]


def test_an_include_in_a_comment_is_none():
    assert check_includes.check_source(Path("base/a.cpp"), '// #include "app/main.hpp"\n') == []


def test_no_arrow_runs_in_a_circle():
    done = set()
    while len(done) < len(check_includes.ARROWS):
        free = {m for m, goals in check_includes.ARROWS.items() if goals <= done} - done
        assert free, f"a circle among {set(check_includes.ARROWS) - done}"
        done |= free


def test_deps_follow_the_arrows():
    text = "jeton_module(NAME store\n  SOURCES a.cpp DEPS model events LIBS crypto)  # DEPS app\n"
    findings = check_includes.check_cmake(Path("store/CMakeLists.txt"), text)
    assert len(findings) == 1 and "store -> events" in findings[0]


@pytest.mark.parametrize(
    "name, code",
    [
        ("src/tokens/a.cpp", "auto now = std::chrono::system_clock::now();"),
        ("src/tokens/a.cpp", "auto now = steady_clock :: now();"),
        ("src/tokens/a.cpp", "auto now = time(nullptr);"),
        ("tests/tokens/a_test.cpp", "gettimeofday(&a, nullptr);"),
        ("tests/tokens/a_test.cpp", "std::this_thread::sleep_for(1s);"),
        ("src/app/main.cpp", "sleep(1);"),
        ("src/tokens/a.cpp", 'std::cout << "x";'),
        ("src/tokens/a.cpp", 'printf("x");'),
        ("src/tokens/a.cpp", "auto* a = new Thing(1);"),
        ("src/tokens/a.cpp", "delete thing;"),
        ("src/tokens/a.cpp", "delete[] things;"),
        ("src/tokens/a.cpp", "int a = std::rand();"),
        ("src/tokens/a.cpp", "co_await read();"),
        ("src/tokens/a.cpp", "auto* t = std::gmtime(&x);"),
        ("src/tokens/a.cpp", "using namespace std;"),
        ("tests/a_test.cpp", "TEST(A, DISABLED_B) {}"),
    ],
)
def test_banned_calls_are_found(name, code):
    assert len(check_calls.check_code(Path(name), code)) == 1


@pytest.mark.parametrize(
    "name, code",
    [
        ("src/base/clock.cpp", "auto now = std::chrono::system_clock::now();"),
        ("bench/a.cpp", "std::this_thread::sleep_for(1s); printf(x);"),
        ("src/app/main.cpp", 'fmt::print("ready");'),
        ("src/tokens/a.cpp", "std::snprintf(buffer, 3, x);"),
        ("src/tokens/a.cpp", "Thing(const Thing&) = delete;"),
        ("src/tokens/a.cpp", 'auto text = "new thing; delete it";  // a new one'),
        ("src/tokens/a.cpp", "auto* key = EVP_PKEY_new(); const int new_count = 1;"),
        ("src/tokens/a.cpp", "std::unique_ptr<A> a(new A(1)); b_(new B{.x = 1})"),
        ("src/tokens/a.cpp", "entry.time(0); Instant time() const;"),
        ("src/tokens/a.cpp", "using namespace std::chrono_literals;"),
    ],
)
def test_what_is_no_banned_call(name, code):
    assert check_calls.check_code(Path(name), code) == []


def test_unfinished_work_is_found_in_comments_too():
    assert len(check_calls.check_words(Path("docs/a.md"), "one\nTO" "DO: two\n")) == 1
    assert check_calls.check_words(Path("docs/a.md"), "mastodons todo\n") == []


def function(head, lines, tail="}"):
    return head + " {\n" + "  step();\n" * (lines - 2) + tail + "\n"


@pytest.mark.parametrize(
    "text, name, lines",
    [
        (function("int f(int a) const noexcept", 5), "f", 5),
        (function("auto A::f()\n    -> Result<std::vector<int>>", 5), "A::f", 6),
        (function("A::A(int a) : a_(a), b_{a}, c_{1, 2}", 5), "A::A", 5),
        (function("TEST(Strings, Trim)", 9), "TEST(Strings, Trim)", 9),
        ("class A {\n public:\n  int f() {\n    return 1;\n  }\n};\n", "f", 3),
        ("namespace x {\nvoid f() {\n  if (a) {\n    b = {1, 2};\n  }\n  run([] { c(); });\n}\n}\n", "f", 6),
        ("void f() {\n  auto s = R\"({{{)\";\n  char c = '{';  // {\n}\n", "f", 4),
        ("#define M { {\nvoid f() {\n}\n", "f", 2),
    ],
)
def test_a_function_is_measured(text, name, lines):
    assert [(f.name, f.lines) for f in check_sizes.functions(text)] == [(name, lines)]


def test_tables_and_types_are_no_functions():
    text = "constexpr std::array<int, 2> kTable = {\n1,\n2,\n};\nstruct A {\n int a;\n};\nenum class B : int { kC };"
    assert check_sizes.functions(text) == []


@pytest.mark.parametrize(
    "name, text, findings",
    [
        ("src/a.cpp", function("void f()", 70), 0),
        ("src/a.cpp", function("void f()", 71), 1),
        ("src/a.cpp", "\n" * 600, 0),
        ("src/a.cpp", "\n" * 601, 1),
        ("tests/a_test.cpp", "\n" * 800, 0),
        ("tests/a_test.cpp", "\n" * 801, 1),
        ("src/a.cpp", "// " + "ab " * 39, 0),
        ("src/a.cpp", "// " + "ab " * 40, 1),
        ("src/a.cpp", 'f("' + "x" * 130 + '");', 0),
        ("src/a.cpp", 'f(R"(' + "x y" * 130 + ')");', 0),
    ],
)
def test_sizes_have_bounds(name, text, findings):
    assert len(check_sizes.check(Path(name), text)) == findings


def test_unlisted_sources_are_found():
    cmake = {Path("src/net"): "jeton_module(NAME net SOURCES http/parser.cpp a.cpp)  # b.cpp"}
    names = [
        Path("src/net/http/parser.cpp"),
        Path("src/net/a.cpp"),
        Path("src/net/b.cpp"),
        Path("src/net/parser.cpp"),
    ]
    findings = check_listed.unlisted(names, cmake)
    assert [f.split(":")[0] for f in findings] == ["src/net/b.cpp", "src/net/parser.cpp"]


def test_links_and_anchors_lead_somewhere(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "b.md").write_text("# The `b` page\n\n## Twice\n\n## Twice\n")
    text = (
        "[ok](docs/b.md) [ok](docs/b.md#the-b-page) [ok](docs/b.md#twice-1) [ok](https://x.example/y) [ok](#here)\n"
        "# Here\n`[no link](nowhere)`\n```\n[none](nowhere)\n```\n[bad](docs/c.md) [bad](docs/b.md#absent)\n"
    )
    (tmp_path / "a.md").write_text(text)
    findings = check_docs.check_document(Path("a.md"), text, tmp_path)
    assert [f.split(": ")[0] for f in findings] == ["a.md:7", "a.md:7"]


def test_console_blocks_are_steps():
    steps = check_docs.console_steps(["$ jeton a \\", "    b", "one", "", "$ jeton c"])
    assert [s["command"] for s in steps] == ["jeton a \\\n    b", "jeton c"]
    assert steps[0]["output"] == ["one", ""]
    assert check_docs.console_steps(["output first"]) is None


@pytest.mark.parametrize(
    "text, findings",
    [
        ("```console\n$ ls\n```\n", 0),
        ("```console\nls\n```\n", 1),
        ("```\nnever closed\n", 1),
    ],
)
def test_fences(tmp_path, text, findings):
    assert len(check_docs.check_document(Path("a.md"), text, tmp_path)) == findings


@pytest.mark.parametrize(
    "text, findings",
    [
        ("see /" + "work/main/a", 1),
        ("see /" + "root/.cache", 1),
        ("see ../srv/a, a/srv/b and /var/lib/jeton/", 0),
        ("fetched from deb.debian.org", 1),
        ("on Debian 12", 0),
    ],
)
def test_origins(text, findings):
    assert len(check_origins.check(Path("docs/a.md"), text)) == findings
