"""A run: build a collection, ask every case, judge the replies; a killed run goes on where it stopped."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from assistant.answers import Question
from assistant.chain import Assistant
from assistant.errors import QuestionRefused
from assistant.settings import Settings
from assistant.wiring import build_assistant, open_collection
from eval.cases import Case, read_cases, resolve
from eval.errors import QuestionSetWrong, RunForeign
from eval.judging import VERDICTS, Outcome, judge
from eval.manifest import COLLECTION, RESULTS, Plan, claim, fingerprint, finish, inputs
from eval.report import write_report
from eval.scoring import Figure, measure
from index.collection import Collection
from index.errors import BylineError, SourceUnreadable
from index.loading import load

log = logging.getLogger(__name__)

METRICS = "metrics.json"
REPORT = "report.html"

Progress = Callable[[str, int, int | None], None]
"""Told the name of the step, how much of it is done, and of how much if that is known."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run."""

    folder: Path
    figures: dict[str, Figure]
    outcomes: Sequence[Outcome]
    problems: Sequence[str]
    """One line for each source that could not be read as an article."""


def run(plan: Plan, settings: Settings, *, out: Path | None, progress: Progress) -> Run:
    """Ask all cases of the plan and write results, metrics, report and manifest to ``out``.

    Without ``out`` the folder is ``runs/`` and the run's fingerprint, so the same command goes on with its own run.
    """
    if not plan.articles.exists():
        raise SourceUnreadable(f"No such file or folder: {plan.articles}")
    cases = _chosen(read_cases(plan.questions), plan)
    shaped_by = inputs(plan, settings)
    folder = out or Path("runs") / fingerprint(shaped_by)[:12]
    if folder.resolve().is_relative_to(plan.articles.resolve()):
        raise RunForeign(f"{folder} lies among the articles and would be read as one. Choose another --out.")
    claim(folder, shaped_by, plan)
    settings = settings.model_copy(update={"data": folder / COLLECTION})
    with open_collection(settings, write=True, purpose="byline-eval run") as collection:
        added = collection.add(load(plan.articles), progress=lambda done: progress("Reading articles", done, None))
        if not collection.articles():
            why = f" ({added.problems[0]})" if added.problems else ""
            raise SourceUnreadable(f"Nothing in {plan.articles} could be read as an article{why}.")
        cases = resolve(cases, _names(collection), where=plan.articles)
        replies = _ask(cases, build_assistant(collection, settings), folder / RESULTS, progress=progress)
        text_of = cache(lambda article_id: collection.article(article_id).text)
        outcomes = [judge(case, reply, text_of) for case, reply in zip(cases, replies, strict=True)]
        articles_read, _ = collection.counts()
    problems = [str(problem) for problem in added.problems]
    figures = measure(outcomes)
    tags = {tag: measure([o for o in outcomes if tag in o.case.tags]) for tag in _tags(cases)}
    _write_metrics(folder / METRICS, figures, tags, outcomes)
    manifest = finish(folder, {"articles_read": articles_read, "cases": len(cases), "problems": problems})
    write_report(folder / REPORT, outcomes, figures=figures, tags=tags, manifest=manifest)
    return Run(folder, figures, outcomes, problems)


def _chosen(cases: Sequence[Case], plan: Plan) -> list[Case]:
    chosen = [case for case in cases if plan.tag is None or plan.tag in case.tags]
    if not chosen:
        tags = ", ".join(_tags(cases)) or "none"
        raise QuestionSetWrong(f"No case of {plan.questions} is tagged {plan.tag!r}; its tags are: {tags}")
    return chosen[: plan.limit]


def _tags(cases: Sequence[Case]) -> list[str]:
    return sorted({tag for case in cases for tag in case.tags})


def _names(collection: Collection) -> dict[str, str]:
    """All that an article may be called, to its id: the id itself, its file with or without suffix, its ``_id``."""
    articles = collection.articles()
    names = {article.id: article.id for article in articles}
    for article in articles:
        source = Path(article.source)
        for name in (source.name, source.stem, article.source.partition("#")[2]):
            names.setdefault(name, article.id)
    return names


def _ask(cases: Sequence[Case], assistant: Assistant, file: Path, *, progress: Progress) -> list[dict[str, Any]]:
    """The reply to each case, in order; those that the file holds already are not asked again."""
    replies = _answered(file)
    # A lone surrogate, which a question set may hold, has no bytes in UTF-8 but has its escape in JSON.
    with file.open("a", encoding="utf-8", errors="backslashreplace") as results:
        for number, case in enumerate(cases):
            progress("Asking", number, len(cases))
            if case.id not in replies:
                replies[case.id] = _reply(case, assistant)
                results.write(json.dumps(replies[case.id], ensure_ascii=False) + "\n")
                results.flush()
    progress("Asking", len(cases), len(cases))
    return [replies[case.id] for case in cases]


def _answered(file: Path) -> dict[str, dict[str, Any]]:
    """The replies of a run that was stopped, by case id; a last line cut short by a kill is taken off the file."""
    if not file.is_file():
        return {}
    whole = file.read_bytes()
    kept = whole[: whole.rfind(b"\n") + 1]
    if kept != whole:
        with file.open("r+b") as results:
            results.truncate(len(kept))
    replies = [json.loads(line) for line in kept.decode("utf-8").split("\n") if line]
    return {reply["id"]: reply for reply in replies}


def _reply(case: Case, assistant: Assistant) -> dict[str, Any]:
    try:
        return {"id": case.id, **assistant.ask(Question(case.question, case.history)).to_json()}
    except QuestionRefused as exc:
        return {"id": case.id, "error": str(exc)}
    except BylineError:
        # A missing model or a damaged collection is no finding about this question, and would fail them all.
        raise
    except Exception as exc:
        error = f"{type(exc).__name__}: {exc}"
        log.warning("Case %s ended in an error: %s", case.id, error, exc_info=log.isEnabledFor(logging.DEBUG))
        return {"id": case.id, "error": error}


def _write_metrics(
    file: Path, figures: dict[str, Figure], tags: dict[str, dict[str, Figure]], outcomes: Sequence[Outcome]
) -> None:
    counts = {verdict: sum(outcome.verdict == verdict for outcome in outcomes) for verdict in VERDICTS}
    metrics = {
        "overall": {name: asdict(figure) for name, figure in figures.items()},
        "tags": {tag: {name: asdict(figure) for name, figure in own.items()} for tag, own in tags.items()},
        "verdicts": counts,
    }
    file.write_text(json.dumps(metrics, indent=2) + "\n", "utf-8")
