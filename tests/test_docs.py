"""The README says what is true: every setting, every command, every file it points to."""

import re
from pathlib import Path

from assistant.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_lists_every_setting_with_its_default_and_description():
    for name, field in Settings.model_fields.items():
        row = next((line for line in README.splitlines() if line.startswith(f"| `{name}` ")), "")
        assert row, f"README.md has no row for the setting {name}"
        assert str(field.description) in row
        assert name == "data" or f"`{field.default}`" in row


def test_the_readme_lists_every_make_target():
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert len(targets) > 5
    for target in targets:
        assert f"`make {target}`" in README or f"make {target}" in README, f"README.md does not name make {target}"


def test_files_that_the_documents_point_to_exist():
    for document in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text) + re.findall(r'src="([^"]+)"', text):
            if "://" not in target:
                assert (ROOT / target).exists(), f"{document} points to {target}, which is not there"
