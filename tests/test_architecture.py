"""The shape of the house: what ARCHITECTURE.md promises and no linter checks."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("assistant", "index", "ui", "eval")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_named_after_its_step_and_short_or_says_why(path: Path):
    assert path.stem not in {"utils", "helpers", "manager", "base", "common", "misc"}
    text = path.read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text)) or ""
    assert docstring, "a module says what it is for"
    if len(text.splitlines()) > 250:
        assert "long because" in docstring.lower(), "over 250 lines; say why: 'Long because …'"


def test_every_module_stands_in_the_architecture():
    picture = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    missing = [path.name for path in MODULES if not path.name.startswith("__") and f"`{path.name}`" not in picture]
    assert not missing, f"ARCHITECTURE.md does not name {missing}"


def test_packages_are_imported_by_their_modules_only():
    for path in MODULES + sorted((ROOT / "tests").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = {alias.name.split(".")[0] for alias in node.names}
                assert not names & {"index", "eval"}, f"{path.name} line {node.lineno}: import names from the module"
