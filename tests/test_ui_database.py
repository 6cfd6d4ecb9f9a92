import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from ui.database import FILE, database


def test_a_file_that_another_is_just_making_is_waited_for(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / FILE, check_same_thread=False, isolation_level=None)) as making:
        making.execute("CREATE TABLE old (x)")
        making.execute("BEGIN IMMEDIATE")
        done = threading.Timer(0.5, making.execute, ["COMMIT"])
        done.start()
        with database(tmp_path) as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        done.join()
