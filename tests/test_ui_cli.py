import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STORY = "Ferry fare rises\n\nThe harbour ferry will cost 4 euros from 1 June, the council said on Monday."


@pytest.fixture
def ferry(tmp_path, byline) -> str:
    (tmp_path / "ferry.txt").write_text(STORY)
    byline("add", str(tmp_path / "ferry.txt"))
    return "ferry"


def test_adding_tells_what_changed(byline, tmp_path):
    file = tmp_path / "ferry.txt"
    file.write_text(STORY)
    assert byline("add", str(file)) == (0, "1 added, 0 updated, 0 unchanged\n", "")
    assert byline("add", str(file))[1] == "0 added, 0 updated, 1 unchanged\n"
    file.write_text(STORY.replace("4 euros", "5 euros"))
    assert byline("add", str(file))[1] == "0 added, 1 updated, 0 unchanged\n"


def test_a_problem_is_one_line_and_the_rest_is_added(byline, tmp_path):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "ferry.txt").write_text(STORY)
    (tmp_path / "news" / "empty.txt").write_text("")
    code, out, err = byline("add", str(tmp_path / "news"), str(tmp_path / "missing"))
    assert code == 0
    assert out == "1 added, 0 updated, 0 unchanged\n"
    assert len(err.splitlines()) == 2
    assert "empty.txt" in err
    assert "missing" in err


def test_when_nothing_could_be_added_the_exit_code_says_so(byline, tmp_path):
    code, out, err = byline("add", "--json", str(tmp_path / "missing.txt"))
    assert code == 1
    assert json.loads(out)["problems"]
    assert "Traceback" not in err


def test_the_articles_are_listed_shown_and_removed(byline, ferry):
    assert "Ferry fare rises" in byline("list")[1]
    assert json.loads(byline("list", "--json")[1])["articles"][0]["id"] == ferry
    assert "4 euros" in byline("show", ferry)[1]
    assert json.loads(byline("show", ferry, "--json")[1])["text"].startswith("The harbour ferry")
    assert byline("remove", ferry)[0] == 0
    assert json.loads(byline("list", "--json")[1]) == {"articles": []}


def test_the_list_shows_the_date_where_there_is_one(byline, tmp_path):
    dated = {"_id": "a", "title": "A", "text": "The mill opens in May.", "metadata": {"published": "2024-05-21"}}
    undated = {"_id": "b", "title": "B", "text": "The mill closes in June."}
    (tmp_path / "news.jsonl").write_text(f"{json.dumps(dated)}\n{json.dumps(undated)}\n")
    byline("add", str(tmp_path / "news.jsonl"))
    assert byline("list")[1].splitlines() == ["2024-05-21  a  A  ", "            b  B  "]


def test_an_unknown_id_is_one_line_and_exit_1(byline, ferry):
    for command in ("show", "remove"):
        code, out, err = byline(command, "nobody")
        assert (code, out) == (1, "")
        assert "nobody" in err
        assert len(err.splitlines()) == 1


def test_an_answer_names_its_source(byline, ferry):
    code, out, _ = byline("ask", "What will the harbour ferry cost?")
    assert code == 0
    assert "4 euros" in out
    assert "[1] Ferry fare rises" in out


def test_the_json_answer_holds_the_contract(byline, ferry):
    code, out, _ = byline("ask", "What will the harbour ferry cost?", "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["statements"][0]["citations"] == [1]
    text = json.loads(byline("show", ferry, "--json")[1])["text"]
    citation = answer["citations"][0]
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_silence_has_its_own_exit_code(byline, ferry):
    code, out, _ = byline("ask", "Who won the chess final in Oslo?")
    assert code == 3
    assert out.strip()
    assert json.loads(byline("ask", "--json", "Who won the chess final in Oslo?")[1])["abstained"]


def test_an_empty_collection_says_how_to_add_articles(byline):
    code, out, _ = byline("ask", "What will the harbour ferry cost?")
    assert code == 3
    assert "byline add" in out


@pytest.mark.parametrize("question", ["", "   ", "x" * 100_000])
def test_a_question_that_is_none_is_one_line(byline, question):
    code, out, err = byline("ask", question)
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert len(err) < 300


@pytest.mark.parametrize("history", ["{", "{}", '[{"role": "system", "content": "x"}]', '[{"role": "user"}]', "[1]"])
def test_a_history_that_is_none_is_wrong_usage(byline, history):
    code, _, err = byline("ask", "And then?", "--history", history)
    assert code == 2
    assert "--history" in err


def test_wrong_usage_and_wrong_settings_exit_with_2(byline, monkeypatch):
    assert byline("fly")[0] == 2
    assert byline("ask")[0] == 2
    monkeypatch.setenv("BYLINE_PORT", "many")
    code, _, err = byline("list")
    assert code == 2
    assert "port" in err
    assert len(err.splitlines()) == 1


def test_an_unknown_setting_is_named(byline, tmp_path):
    (tmp_path / "byline.toml").write_text("colour = 'red'\n")
    code, _, err = byline("list")
    assert code == 2
    assert "colour" in err


def test_the_server_refuses_an_address_that_others_can_reach(byline):
    for host in ("0.0.0.0", "192.0.2.7", "example.org"):
        code, _, err = byline("serve", "--host", host)
        assert code == 1
        assert "--auth" in err
        assert len(err.splitlines()) == 1


def test_a_cold_question_imports_nothing_slow(tmp_path, byline, ferry):
    script = (
        "import sys\nfrom ui.cli import main\n"
        f"try: main(['--data', {str(tmp_path / 'data')!r}, 'ask', 'What will the harbour ferry cost?'])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "slow = {'gradio', 'chromadb', 'llama_index', 'fastapi', 'lxml', 'dateparser', 'httpx', 'scipy', 'tiktoken'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert "4 euros" in done.stdout, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
    assert done.stderr == ""


def test_no_control_character_of_an_article_reaches_the_terminal(byline, tmp_path):
    line = {
        "_id": "evil",
        "title": "\x1b[2JErased",
        "text": "The ferry \x1b]0;owned\x07 costs 4 euros.",
        "metadata": {"publisher": "\x9b31m"},
    }
    (tmp_path / "evil.jsonl").write_text(json.dumps(line))
    byline("add", str(tmp_path / "evil.jsonl"))
    shown = byline("show", "evil")[1] + byline("list")[1] + byline("ask", "What does the ferry cost?")[1]
    assert "4 euros" in shown
    assert not set(shown) & set("\x1b\x07\x9b")
