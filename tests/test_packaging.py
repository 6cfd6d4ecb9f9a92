"""The wheel holds all that an answer needs: models, samples, templates and the built-in question set."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, timeout=200)
    (wheel,) = folder.glob("byline-*.whl")
    subprocess.run(
        [*pip, "install", "--no-deps", "--target", str(folder / "site"), str(wheel)], check=True, timeout=200
    )
    return folder / "site"


def run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Byline from the wheel alone; its place comes before the checkout's on the path."""
    environment = os.environ | {"PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)


def test_byline_from_the_wheel_adds_the_samples_and_answers(installed: Path):
    where = run(installed, "ui", "add", str(installed / "index" / "samples"))
    assert "0 updated" in where.stdout, where.stderr
    asked = run(installed, "ui", "ask", "--json", "How much money did Xiaomi pledge?")
    assert "$10 billion" in json.loads(asked.stdout)["answer"], asked.stderr


def test_the_wheel_holds_nothing_but_the_four_packages(installed: Path):
    assert {path.name for path in installed.iterdir() if path.suffix != ".dist-info"} == {
        "assistant", "bin", "eval", "index", "ui",
    }  # fmt: skip
    assert (installed / "eval" / "sets" / "samples.jsonl").is_file()
    assert run(installed, "eval", "--help").returncode == 0
