"""SQuAD 1.1 and 2.0 (Rajpurkar et al., 2016 and 2018): every paragraph is an article.

Also read is a folder of the same data that is already a ``corpus.jsonl`` and a ``questions.jsonl``; what it lacks are
the gold sentences, which are then found by the answer's words. ``is_impossible`` speaks of one paragraph only: in a
collection of many, another one may answer all the same.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.importing.imported import Imported, Line
from eval.importing.records import Record, files, json_lines, json_whole
from eval.metrics import holds
from index.articles import Sentence
from index.sentences import split


def read(path: Path) -> Imported:
    """All questions of a SQuAD file, or of a folder of SQuAD files."""
    if (path / "questions.jsonl").is_file():
        return _from_lines(path)
    articles: list[Line] = []
    questions: list[Line] = []
    for file in files(path, ".json"):
        whole = json_whole(file)
        root = Record(whole if isinstance(whole, dict) else {}, str(file))
        if "data" not in root.fields:
            raise root.wrong("it is no SQuAD file: it has no 'data'")
        for page in root.records("data"):
            title = page.text("title")
            for number, paragraph in enumerate(page.records("paragraphs")):
                article = {"_id": f"{title}#{number}", "title": title.replace("_", " "), "text": _context(paragraph)}
                articles.append(article)
                questions += _asked(paragraph, article)
    return Imported(articles, questions)


def _context(paragraph: Record) -> str:
    """The paragraph as it stands: answers are given by offsets into it."""
    text = paragraph.fields.get("context")
    if not isinstance(text, str) or not text.strip():
        raise paragraph.wrong("'context' must be a text that is not empty")
    return text


def _asked(paragraph: Record, article: Line) -> list[Line]:
    sentences = split(article["text"])
    asked: list[Line] = []
    for record in paragraph.records("qas"):
        impossible = record.fields.get("is_impossible", False)
        if not isinstance(impossible, bool):
            raise record.wrong("'is_impossible' must be true or false")
        answers = [] if impossible else record.records("answers")
        if not impossible and not answers:
            raise record.wrong("it has no answer; a question without one says so with 'is_impossible'")
        gold = [_sentence(answer, article["text"], sentences) for answer in answers]
        asked.append(_case(record, [answer.text("text") for answer in answers], [article["_id"]], gold))
    return asked


def _sentence(answer: Record, context: str, sentences: Sequence[Sentence]) -> str:
    """The sentence in which the answer begins."""
    start, text = answer.fields.get("answer_start"), str(answer.fields.get("text"))
    if not isinstance(start, int) or context[start : start + len(text)] != text:
        raise answer.wrong("its 'text' does not stand at its 'answer_start'")
    return next((s.text for s in sentences if s.start <= start < s.end), "")


def _case(record: Record, answers: Sequence[str], sources: Sequence[str], gold: Sequence[str]) -> Line:
    case: dict[str, Any] = {"id": record.text("id"), "question": record.text("question"), "answerable": bool(answers)}
    if answers:
        case["answers"] = list(dict.fromkeys(answers))
        case["sources"] = list(sources)
        case["gold_sentences"] = [sentence for sentence in dict.fromkeys(gold) if sentence]
    return case


def _from_lines(path: Path) -> Imported:
    articles = {record.text("_id"): record for record in json_lines(path / "corpus.jsonl")}
    sentences = {key: split(record.text("text")) for key, record in articles.items()}
    left_out: Counter[str] = Counter()
    questions: list[Line] = []
    for record in json_lines(path / "questions.jsonl"):
        answers, sources = record.texts("answers"), record.texts("sources")
        if missing := [source for source in sources if source not in articles]:
            raise record.wrong(f"its source {missing[0]!r} is not in corpus.jsonl")
        offered = [sentence.text for source in sources for sentence in sentences[source]]
        gold = _only(offered, answers)
        if answers and not gold:
            left_out["gold sentences, since the answer's words stand in none or in several"] += 1
        questions.append(_case(record, answers, sources, gold))
    return Imported([record.fields for record in articles.values()], questions, left_out)


def _only(sentences: Sequence[str], answers: Sequence[str]) -> list[str]:
    """The sentence that alone holds an answer, by the longest answer that tells; only offsets could tell the rest."""
    for answer in sorted(answers, key=len, reverse=True):
        found = [sentence for sentence in sentences if holds(sentence, [answer])]
        if len(found) == 1:
            return found
    return []
