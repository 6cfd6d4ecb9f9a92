import stat
from pathlib import Path

import pytest

from ui.access.accounts import Accounts
from ui.access.person import Person
from ui.access.sessions import Sessions
from ui.cli import main
from ui.history import History

PASSWORD = "a long enough password"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with an article, and a person who asked and is logged in."""
    (tmp_path / "ferry.txt").write_text("Ferry fare rises\n\nThe harbour ferry will cost 4 euros from 1 June.")
    data = tmp_path / "data"
    byline("--data", str(data), "add", str(tmp_path / "ferry.txt"))
    Accounts(data).add("anna", PASSWORD, role="owner")
    History(data).begin("anna", "c1", "What will the ferry cost?")
    return data


def byline(*arguments: str) -> int:
    with pytest.raises(SystemExit) as exit_:
        main([*arguments])
    return int(exit_.value.code or 0)


def test_people_and_conversations_come_back_with_the_articles_and_nobody_is_logged_in(data: Path, tmp_path: Path):
    secret = Sessions(data).begin(Person("anna", "owner"))
    backup, other = str(tmp_path / "news.zip"), tmp_path / "other"
    assert byline("--data", str(data), "backup", backup) == 0
    assert byline("--data", str(other), "restore", backup) == 0
    assert [account.name for account in Accounts(other).all()] == ["anna"]
    assert [one.title for one in History(other).conversations("anna")] == ["What will the ferry cost?"]
    assert Sessions(data).person(secret) == Person("anna", "owner")
    assert Sessions(other).person(secret) is None


def test_what_a_restore_writes_and_what_it_replaces_is_read_by_its_owner_only(data: Path, tmp_path: Path):
    backup = str(tmp_path / "news.zip")
    assert byline("--data", str(data), "backup", backup) == 0
    assert byline("--data", str(data), "restore", "--force", backup) == 0
    kept = sorted(
        path for path in data.iterdir() if ".sqlite" in path.name and path.suffix not in {".sqlite-wal", ".sqlite-shm"}
    )
    assert [path.name for path in kept] == [
        "catalog.sqlite", "catalog.sqlite.before-restore", "ui.sqlite", "ui.sqlite.before-restore"
    ]  # fmt: skip
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
