"""What `./dev` leans on: the sum of test results, and what makes clang-tidy run again."""

import pathlib
import subprocess

import pytest

import test_summary
import tidy
import tree

CTEST = """<testsuite>
  <testcase name="A.One" classname="A" status="run"/>
  <testcase name="A.Two" classname="A" status="fail"><failure message="no"/></testcase>
  <testcase name="A.Three" classname="A" status="notrun"><skipped message="SKIP"/></testcase>
</testsuite>"""
PYTEST = """<testsuites><testsuite>
  <testcase name="one" classname="t"/><testcase name="two" classname="t"><error/></testcase>
  <testcase name="three" classname="t"><skipped/></testcase>
</testsuite></testsuites>"""
GOOD = '<testsuite><testcase name="A.One" status="run"/></testsuite>'


@pytest.mark.parametrize(
    "files, arguments, last, code",
    [
        ([CTEST, PYTEST], [], "2 passed, 2 failed", 1),
        ([GOOD, GOOD], [], "2 passed, 0 failed", 0),
        ([GOOD], ["--runners-failed", "1"], "1 passed, 1 failed", 1),
        ([GOOD], ["--runners-failed", "0"], "1 passed, 0 failed", 0),
        (["<testsuite/>"], [], "0 passed, 0 failed", 1),
        (["<testsuite"], [], "0 passed, 1 failed", 1),
    ],
)
def test_the_sum_is_the_last_line(tmp_path, capsys, files, arguments, last, code):
    for number, text in enumerate(files):
        (tmp_path / f"{number}.xml").write_text(text)
    assert test_summary.main(arguments + [str(p) for p in sorted(tmp_path.iterdir())]) == code
    assert capsys.readouterr().out.splitlines()[-1] == last


def test_missing_results_are_a_failure(tmp_path, capsys):
    assert test_summary.main([str(tmp_path / "none.xml")]) == 1
    assert capsys.readouterr().out.endswith("0 passed, 1 failed\n")


def test_a_changed_header_below_changes_the_key(tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "b.hpp").write_text("int b();\n")
    (tmp_path / "m" / "a.hpp").write_text('#include "m/b.hpp"\n#include <vector>\n')
    source = tmp_path / "m" / "a.cpp"
    source.write_text('#include "m/a.hpp"\n')

    def key(words=("c++",)):
        return tidy.Hashes(tidy.Closure([tmp_path]), "version").key(source, list(words))

    first = key()
    assert key() == first
    assert key(("c++", "-DX")) != first
    (tmp_path / "m" / "b.hpp").write_text("int c();\n")
    assert key() != first


def test_the_launcher_is_no_argument():
    command = {
        "directory": "/d",
        "command": "cmake -E env A=b /usr/bin/ccache /usr/bin/clang++-19 -DX='a b' -c a.cpp",
    }
    assert tidy.arguments(command) == ("/d", ["/usr/bin/clang++-19", "-DX=a b", "-c", "a.cpp"])


def test_a_finding_in_a_shared_header_is_told_once():
    one = "src/a.hpp:1:2: error: bad [x]\n  1 | a\nsrc/a.cpp:3:4: error: worse [y]"
    two = "src/a.hpp:1:2: error: bad [x]\n  1 | a"
    assert len(tidy.unique([one, two])) == 2


def test_new_files_are_checked_and_ignored_ones_are_not(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("build/\n")
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "a.cpp").write_text("")
    (tmp_path / "b.cpp").write_text("")
    assert tree.files(tmp_path, suffixes=tree.CPP) == [pathlib.PurePosixPath("b.cpp")]


@pytest.mark.parametrize(
    "arguments, code, text",
    [
        ([], 0, "./dev test"),
        (["help"], 0, "./dev check"),
        (["frobnicate"], 1, "there is no command 'frobnicate'"),
        (["test", "--fast"], 1, "test does not know '--fast'"),
        (["test", "--filter"], 1, "--filter needs a text"),
        (["check", "--short"], 1, "check does not know '--short'"),
        (["build", "profile"], 1, "there is no preset 'profile'"),
        (["setup", "party"], 1, "there is no purpose 'party'"),
        (["fuzz", "jwt"], 1, "fuzz takes SECONDS first"),
    ],
)
def test_dev_explains_itself_from_any_folder(tmp_path, arguments, code, text):
    script = str(tree.ROOT / "dev")
    done = subprocess.run([script, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert text in (done.stdout if code == 0 else done.stderr)
    assert code == 0 or done.stderr.count("\n") == 1
