# ruff: noqa: E501  a case a line can be read down
"""Fixtures in tests/formats are written for these tests, each in the layout its benchmark publishes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from eval.cases import read_cases, resolve
from eval.errors import QuestionSetWrong
from eval.importing import beir, clapnq, mtrag, ragas, rgb, squad
from eval.importing.writing import write
from index.articles import Article
from index.loading import load

FORMATS = Path(__file__).parent / "formats"
READERS = {
    "beir": beir.read,
    "squad": squad.read,
    "squad-lines": squad.read,
    "rgb": rgb.read,
    "clapnq": clapnq.read,
    "mtrag": mtrag.read,
    "mtrag-conversations": mtrag.read,
    "ragas": ragas.read,
}


def cases_of(name: str, out: Path):
    """The cases and articles of a fixture, read back as an evaluation reads them."""
    write(READERS[name](FORMATS / name), out)
    articles = [article for article in load(out / "corpus.jsonl") if isinstance(article, Article)]
    cases = read_cases(out / "questions.jsonl")
    resolve(cases, {article.id: article.id for article in articles}, where=out)
    return {case.id: case for case in cases}, {article.id: article for article in articles}


@pytest.mark.parametrize("name", READERS)
def test_every_format_gives_a_corpus_and_questions_that_an_evaluation_accepts(tmp_path, name):
    cases, articles = cases_of(name, tmp_path / "out")
    assert cases
    assert articles
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["corpus.jsonl", "questions.jsonl"]


def test_beir_takes_the_test_judgements_and_puts_the_most_relevant_document_first(tmp_path):
    cases, articles = cases_of("beir", tmp_path / "out")
    assert {key: case.sources for key, case in cases.items()} == {"q1": ("d1", "d2"), "q2": ("d2",)}
    assert articles["d1"].metadata.url == "https://yard.example/ropes"
    assert articles["d3"].text == "A title and nothing else"
    assert set(articles) == {"d1", "d2", "d3"}


def test_beir_tells_what_it_left_out():
    assert dict(beir.read(FORMATS / "beir").left_out) == {
        "judgements about a document that the corpus does not hold": 1,
        "queries without a relevant document in this split": 1,
    }


def test_squad_finds_the_gold_sentence_by_the_offset_of_the_answer(tmp_path):
    cases, articles = cases_of("squad", tmp_path / "out")
    assert cases["s1"].gold_sentences == ("The boat, which Anna Berg had built, weighed 90 kilograms.",)
    assert cases["s1"].answers == ("Anna Berg",)
    assert cases["s1"].sources == ("Anna_Berg#0",)
    assert articles["Anna_Berg#0"].metadata.title == "Anna Berg"


def test_an_impossible_question_of_squad_is_unanswerable_and_one_without_the_mark_is_answerable(tmp_path):
    cases, _ = cases_of("squad", tmp_path / "out")
    assert (cases["s2"].answerable, cases["s2"].sources) == (False, ())
    assert (cases["s3"].answerable, cases["s3"].answers) == (True, ("twelve seconds",))


def test_squad_as_lines_gets_a_gold_sentence_where_one_sentence_alone_holds_the_answer(tmp_path):
    cases, _ = cases_of("squad-lines", tmp_path / "out")
    assert cases["l1"].gold_sentences == ("Anna Berg rowed to the island in 1903.",)
    assert cases["l2"].gold_sentences == ()
    assert cases["l3"].answerable is False


def test_rgb_makes_every_passage_an_article_once(tmp_path):
    cases, articles = cases_of("rgb", tmp_path / "out")
    texts = [article.text for article in articles.values()]
    assert len(texts) == len(set(texts)) == 9
    assert [articles[source].text for source in cases["en_refine-0"].sources] == [
        "The winter market opens on November 29, the town hall says.",
        "29 November is the first day of the winter market.",
    ]


def test_rgb_demands_every_part_of_an_answer_in_parts(tmp_path):
    cases, _ = cases_of("rgb", tmp_path / "out")
    assert cases["en_refine-0"].must == ()
    assert cases["en_int-0"].must == (r"Ines\ Holt", r"Per\ Lund|P\.\ Lund")
    assert len(cases["en_int-0"].sources) == 3


def test_rgb_with_false_facts_is_a_disagreement_of_its_passages(tmp_path):
    cases, articles = cases_of("rgb", tmp_path / "out")
    case = cases["en_fact-0"]
    assert case.answers == ("Sandvik", "Oxhaven")
    assert case.tags == ("disagreement",)
    assert {articles[source].text for source in case.sources} == {
        "The pilot school stands in Sandvik.",
        "The pilot school stands in Oxhaven.",
    }


def test_rgb_leaves_out_what_no_passage_answers(tmp_path):
    (tmp_path / "en.json").write_text('{"id": 1, "query": "Q?", "answer": "A", "positive": [], "negative": ["N."]}')
    imported = rgb.read(tmp_path / "en.json")
    assert (imported.questions, dict(imported.left_out)) == ([], {"questions without a positive passage": 1})
    with pytest.raises(QuestionSetWrong, match="No question could be imported; nothing was written"):
        write(imported, tmp_path / "out")


def test_clapnq_cites_the_selected_sentences_and_keeps_the_answers_as_references(tmp_path):
    cases, _ = cases_of("clapnq", tmp_path / "out")
    case = cases["-77"]
    assert case.gold_sentences == ("The tide mill ground flour until 1911 .", "Its wheel turned at ebb only .")
    assert case.references == ("The tide mill ground flour, and its wheel turned at ebb.", "At ebb a wheel turned.")
    assert case.answers == ()


def test_clapnq_keeps_the_passage_of_an_unanswerable_question_in_the_collection(tmp_path):
    cases, articles = cases_of("clapnq", tmp_path / "out")
    assert (cases["78"].answerable, cases["78"].sources) == (False, ())
    assert any("wind mill" in article.text for article in articles.values())


def test_mtrag_gives_each_turn_with_what_was_said_before_it(tmp_path):
    cases, articles = cases_of("mtrag", tmp_path / "out")
    assert cases["c::1"].history == ()
    second = cases["c::2"]
    assert [(turn.role, turn.content) for turn in second.history] == [
        ("user", "where is the pilot boat kept"),
        ("assistant", "In the north basin."),
    ]
    assert second.question == "and what colour is it"
    assert second.references == ("It is red.",)
    assert articles[second.sources[0]].text == "The pilot boat lies in the north basin. It is painted red."


def test_mtrag_takes_only_the_passages_that_were_called_relevant(tmp_path):
    cases, articles = cases_of("mtrag", tmp_path / "out")
    assert [articles[source].metadata.title for source in cases["c::1"].sources] == ["Pilot boat"]
    assert [article.metadata.url for article in articles.values()] == [None]


def test_mtrag_leaves_small_talk_out_and_keeps_what_cannot_be_answered(tmp_path):
    cases, _ = cases_of("mtrag", tmp_path / "out")
    assert set(cases) == {"c::1", "c::2", "c::3"}
    assert cases["c::3"].answerable is False
    assert dict(mtrag.read(FORMATS / "mtrag").left_out) == {"turns that are conversational": 1}


def test_mtrag_conversations_give_the_same_turns_as_tasks(tmp_path):
    cases, _ = cases_of("mtrag-conversations", tmp_path / "out")
    assert [case.question for case in cases.values()] == ["where is the pilot boat kept", "who steers it"]
    assert [case.answerable for case in cases.values()] == [True, False]
    assert [len(case.history) for case in cases.values()] == [0, 2]


def test_ragas_reads_the_columns_of_both_versions(tmp_path):
    cases, articles = cases_of("ragas", tmp_path / "out")
    assert cases["v2-1"].references == ("It is 640 metres long.",)
    assert articles[cases["v2-1"].sources[0]].text == "The mole is 640 metres long."
    assert [articles[source].text for source in cases["v1-1"].sources] == [
        "Mo Falk has kept the light since 2009.",
        "It's the last one in the county.",
    ]


def test_ragas_of_several_turns_asks_the_last_one(tmp_path):
    cases, _ = cases_of("ragas", tmp_path / "out")
    assert cases["v2-2"].question == "And how old?"
    assert [turn.content for turn in cases["v2-2"].history] == ["How long is the mole?", "640 metres."]


def test_ragas_without_an_answer_in_its_contexts_is_unanswerable(tmp_path):
    cases, _ = cases_of("ragas", tmp_path / "out")
    assert cases["v1-2"].answerable is False
    assert dict(ragas.read(FORMATS / "ragas").left_out) == {"questions without a context": 1}


@pytest.mark.parametrize(
    ("name", "file", "content", "trouble"),
    [
        ("beir", "queries.jsonl", '{"_id": "q1"}', "queries.jsonl line 1: 'text' must be a text"),
        ("beir", "qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\thigh\n", "line 2: 'score' must be a number"),
        ("beir", "qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\n", "test.tsv line 2: it has not as many columns"),
        ("beir", "corpus.jsonl", "{", "corpus.jsonl line 1: not JSON"),
        ("squad", "one.json", "[]", "it has no 'data'"),
        ("squad", "one.json", "{", "one.json is not JSON"),
        (
            "squad",
            "one.json",
            json.dumps({"data": [{"title": "T", "paragraphs": [{"context": "Abc.", "qas": [
                {"id": "1", "question": "Q?", "answers": [{"text": "bc", "answer_start": 0}]}]}]}]}),
            "data 1, paragraphs 1, qas 1, answers 1: its 'text' does not stand at its 'answer_start'",
        ),
        ("squad-lines", "questions.jsonl", '{"id": "1", "question": "Q?", "sources": ["x"]}', "'x' is not in corpus.jsonl"),
        ("rgb", "en_int.json", '{"id": 1, "query": "Q?", "answer": [[]], "positive": ["P."]}', "line 1: 'answer' must be"),
        ("rgb", "en_int.json", '{"id": 1, "query": "Q?", "answer": "A", "positive": [1]}', "'positive' must be a list of texts"),
        ("clapnq", "answerable.jsonl", '{"id": "1", "input": "q", "passages": []}', "'passages' must hold at least one"),
        ("clapnq", "answerable.jsonl", "7", "answerable.jsonl line 1: not a JSON object"),
        ("mtrag", "reference.jsonl", '{"task_id": "1", "Answerability": ["UNANSWERABLE"], "input": []}', "'input' must be"),
        ("ragas", "v1.csv", "question,contexts\nWho?,[Mo\n", "v1.csv line 2: 'contexts' must be a list of texts"),
        ("ragas", "v2.jsonl", '{"reference_contexts": ["c"]}', "'user_input' or 'question' must be a text"),
    ],
)  # fmt: skip
def test_a_record_that_is_wrong_is_named_with_its_file_and_place(tmp_path, name, file, content, trouble):
    folder = tmp_path / name
    shutil.copytree(FORMATS / name, folder)
    (folder / file).write_text(content, "utf-8")
    with pytest.raises(QuestionSetWrong) as caught:
        READERS[name](folder)
    assert trouble in str(caught.value)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", READERS)
def test_a_path_that_is_not_there_or_of_another_kind_is_one_clear_line(tmp_path, name):
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(QuestionSetWrong) as caught:
            READERS[name](path)
        assert str(path) in str(caught.value)


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_is_no_text_is_one_clear_line(tmp_path, name):
    folder = tmp_path / name
    shutil.copytree(FORMATS / name, folder)
    for file in folder.rglob("*.*"):
        if file.is_file():
            file.write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(QuestionSetWrong, match="is not UTF-8"):
        READERS[name](folder)


def test_files_that_are_there_are_never_written_over(tmp_path):
    (tmp_path / "questions.jsonl").write_text("mine")
    with pytest.raises(QuestionSetWrong, match=r"questions\.jsonl is there already. Choose another --out"):
        write(rgb.read(FORMATS / "rgb"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["questions.jsonl"]
    assert (tmp_path / "questions.jsonl").read_text() == "mine"


def test_two_records_of_one_id_stop_the_import_and_leave_nothing_behind(tmp_path):
    source = tmp_path / "clapnq"
    shutil.copytree(FORMATS / "clapnq", source)
    shutil.copy(source / "answerable.jsonl", source / "again.jsonl")
    with pytest.raises(QuestionSetWrong, match="Two records have the id '-77'; nothing was written"):
        write(clapnq.read(source), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_out_that_cannot_be_a_folder_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(QuestionSetWrong, match="file cannot be written"):
        write(rgb.read(FORMATS / "rgb"), tmp_path / "file")


def byline_eval(*arguments: str, where: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "200"}
    command = [sys.executable, "-m", "eval", *arguments]
    return subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_the_command_line_tells_the_counts_and_the_next_step(tmp_path):
    done = byline_eval("import", "squad", str(FORMATS / "squad"), "--out", "mine", where=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "2 articles, 3 questions: 2 answerable, 1 not, 2 with gold sentences.",
        "Run them: byline-eval run --articles mine/corpus.jsonl --questions mine/questions.jsonl --out runs/mine",
    ]


def test_the_command_line_names_what_is_wrong_in_one_line(tmp_path):
    done = byline_eval("import", "beir", str(FORMATS / "squad"), where=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{FORMATS / 'squad'} is no BEIR folder: it has no corpus.jsonl.\n"
