"""The files of public benchmarks, record by record; every trouble is named with its file and place."""

import csv
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import QuestionSetWrong


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object or table row, and where it stands."""

    fields: Mapping[str, Any]
    where: str

    def wrong(self, trouble: str) -> QuestionSetWrong:
        """The error to raise about this record."""
        return QuestionSetWrong(f"{self.where}: {trouble}")

    def text(self, *keys: str) -> str:
        """The first of these keys that is there, a number as its digits; QuestionSetWrong where none holds a text."""
        if found := self.maybe(*keys):
            return found
        raise self.wrong(f"{' or '.join(map(repr, keys))} must be a text that is not empty")

    def maybe(self, *keys: str) -> str:
        """The first of these keys that holds a text or a whole number, "" if none does."""
        for key in keys:
            value = self.fields.get(key)
            if isinstance(value, int) and not isinstance(value, bool):
                return str(value)
            if isinstance(value, str) and value.strip():
                return value.strip()
        return ""

    def texts(self, key: str) -> list[str]:
        """The texts of a list, empty ones left out; [] where the key is missing."""
        values = self.listed(key)
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(f"{key!r} must be a list of texts")
        return [value.strip() for value in values if value.strip()]

    def records(self, key: str) -> list["Record"]:
        """The objects of a list, each knowing its place; [] where the key is missing."""
        values = self.listed(key)
        if not all(isinstance(value, dict) for value in values):
            raise self.wrong(f"{key!r} must be a list of objects")
        return [Record(value, f"{self.where}, {key} {number}") for number, value in enumerate(values, 1)]

    def listed(self, key: str) -> list[Any]:
        """The list under a key; [] where the key is missing, null or not a number."""
        value = self.fields.get(key)
        if value is None or (isinstance(value, float) and math.isnan(value)):  # pandas writes NaN for nothing
            return []
        if not isinstance(value, list):
            raise self.wrong(f"{key!r} must be a list")
        return value


def files(path: Path, *suffixes: str) -> list[Path]:
    """The file itself, or the files of a folder that end so; QuestionSetWrong where there is none."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise QuestionSetWrong(f"No such file or folder: {path}. Check the spelling of the path.")
    found = sorted(file for file in path.iterdir() if file.suffix in suffixes and file.is_file())
    if not found:
        raise QuestionSetWrong(
            f"{path} holds no {' or '.join(suffixes)} file. Name the benchmark's own folder or file."
        )
    return found


def json_lines(path: Path) -> Iterator[Record]:
    """The objects of a JSONL file, read as they are asked for; blank lines are passed over."""
    with _opened(path) as file:
        try:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _object(line, f"{path} line {number}")
        except UnicodeDecodeError as exc:
            raise QuestionSetWrong(f"{path} is not UTF-8. Save it as UTF-8.") from exc


def json_whole(path: Path) -> Any:
    """What a JSON file holds."""
    with _opened(path) as file:
        try:
            return json.load(file)
        except UnicodeDecodeError as exc:
            raise QuestionSetWrong(f"{path} is not UTF-8. Save it as UTF-8.") from exc
        except (ValueError, RecursionError) as exc:
            raise QuestionSetWrong(f"{path} is not JSON: {str(exc)[:80]}") from exc


def table(path: Path, *, delimiter: str) -> Iterator[Record]:
    """The rows of a table whose first row names the columns; every row must have them all."""
    csv.field_size_limit(100_000_000)
    with _opened(path) as file:
        try:
            rows = csv.DictReader(file, delimiter=delimiter)
            for row in rows:
                where = f"{path} line {rows.line_num}"
                if None in row or None in row.values():
                    raise QuestionSetWrong(f"{where}: it has not as many columns as the first line")
                yield Record(row, where)
        except UnicodeDecodeError as exc:
            raise QuestionSetWrong(f"{path} is not UTF-8. Save it as UTF-8.") from exc
        except csv.Error as exc:
            raise QuestionSetWrong(f"{path} is not a table: {exc}") from exc


def _opened(path: Path) -> Any:
    try:
        return path.open(encoding="utf-8-sig", newline="")
    except OSError as exc:
        raise QuestionSetWrong(f"{path} cannot be read: {exc.strerror or exc}") from exc


def _object(line: str, where: str) -> Record:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise QuestionSetWrong(f"{where}: not JSON ({str(exc)[:80]})") from exc
    if not isinstance(value, dict):
        raise QuestionSetWrong(f"{where}: not a JSON object")
    return Record(value, where)
