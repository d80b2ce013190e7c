"""Every `console` block of the README and docs/ is run, page by page, each on a fresh server; output must be as printed.

A line that begins with `$ ` is a command; what follows is its output, in which `…` stands for anything, also for any number of lines.
"""

import os
import pathlib
import re
import subprocess

import pytest

from jeton import BINARY, clean_environment
from lease_servers import Redis

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [
    page for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))] if "```console" in page.read_text()
]


def steps(page):
    """(command, expected output) in order."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", page.read_text(), re.M | re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append([line[2:], []])
            else:
                found[-1][1].append(line)
    return [(command, "\n".join(lines).rstrip("\n")) for command, lines in found]


def pattern(expected):
    return re.compile(".*".join(re.escape(part) for part in expected.split("…")), re.S)


@pytest.fixture
def settings(page):
    """What the page's own configuration says, with the service that it is about."""
    if page.name != "leases.md":
        yield []
        return
    redis = Redis()
    yield redis.settings("cache")
    redis.close()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page(page, settings, start, tmp_path):
    server = start(*settings)
    address = f"127.0.0.1:{server.port}"
    script = ["set -u"]
    for number, (command, _) in enumerate(steps(page)):
        script.append(command.replace("127.0.0.1:8445", address))
        script.append(f"echo; echo '### end of {number}'")
    environment = {
        **clean_environment(),
        "PATH": f"{pathlib.Path(BINARY).parent}:{os.environ['PATH']}",
        "JETON_SERVER": f"http://{address}",
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    outputs = re.split(r"\n### end of \d+\n", done.stdout)
    assert len(outputs) == len(steps(page)) + 1, done
    for (command, expected), output in zip(steps(page), outputs):
        assert pattern(expected).fullmatch(output.strip("\n")) or expected == output.strip(
            "\n"
        ), f"$ {command}\n{output}\n{done.stderr}"
