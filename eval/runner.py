"""A run: build a collection, ask every engine every case, judge the replies; a killed run goes on where it stopped."""

import json
import resource
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from assistant.settings import Settings
from assistant.wiring import open_collection
from eval.asking import Progress, Reply, ask_all
from eval.baselines import ENGINES, Engine, Opening
from eval.cases import Case, read_cases, resolve
from eval.comparing import JUDGED, judged_line
from eval.errors import QuestionSetWrong, RunForeign
from eval.judging import VERDICTS, judge
from eval.manifest import COLLECTION, METRICS, RESULTS, Plan, claim, fingerprint, finish, inputs, write_whole
from eval.report import write_report
from eval.scoring import Figure, Measured, measured
from eval.summaries import junit, markdown
from index.articles import Article
from index.collection import Collection
from index.errors import ArticleUnknown, SourceUnreadable
from index.loading import load

REPORT, MARKDOWN, JUNIT, OPINIONS = "report.html", "report.md", "junit.xml", "opinions.jsonl"


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run."""

    folder: Path
    engines: Sequence[Measured]
    """The one that is examined first, then those beside it."""
    problems: Sequence[str]
    """One line for each source that could not be read as an article."""

    @property
    def first(self) -> Measured:
        """The engine that is examined."""
        return self.engines[0]


def run(
    plan: Plan, settings: Settings, *, out: Path | None, progress: Progress, engines: Mapping[str, Opening] = ENGINES
) -> Run:
    """Ask all cases of the plan and write results, figures, reports and manifest to ``out``.

    Without ``out`` the folder is ``runs/`` and the run's fingerprint, so the same command goes on with its own run.
    Vectors are compared exactly as far as ``byline ask`` does so, and the same run gives the same replies.
    """
    if plan.judge and "generative" in plan.engines:
        plan.judge.refuse_itself(settings.model_file.name if settings.model_file else settings.model_name)
    cases = _chosen(read_cases(plan.questions), plan)
    shaped_by = inputs(plan, settings)
    folder = out or Path("runs") / fingerprint(shaped_by)[:12]
    if any(folder.resolve().is_relative_to(path.resolve()) for path in plan.articles):
        raise RunForeign(f"{folder} lies among the articles and would be read as one. Choose another --out.")
    claim(folder, shaped_by, plan)
    settings = settings.model_copy(update={"data": folder / COLLECTION})
    with open_collection(settings, write=True, purpose="byline-eval run") as keeper:
        problems = _read_articles(keeper, plan, progress)
        cases = resolve(cases, _names(keeper), where=plan.articles[0])
        with open_collection(settings) as collection:
            text_of = cache(partial(_text, collection))
            openings = {name: partial(engines[name], collection, settings) for name in plan.engines}
            found: list[Measured] = []
            for name, replies, peak_mb in _asked(plan, cases, openings, folder=folder, progress=progress):
                outcomes = judge(cases, replies, text_of)
                if not found and plan.judge:
                    told = partial(_told, progress, "Judging", len(cases))
                    outcomes = plan.judge.judged(outcomes, folder / OPINIONS, progress=told)
                figures = measured(name, outcomes, by_tag=not found)
                found.append(figures if found else _with_peak(figures, peak_mb))
            manifest = finish(folder, {"articles_read": keeper.counts()[0], "cases": len(cases), "problems": problems})
            _write(folder, found, manifest, text_of)
    return Run(folder, found, problems)


def results_file(plan: Plan, engine: str) -> str:
    """Where an engine's replies are kept: the first engine's in results.jsonl."""
    return RESULTS if engine == plan.engines[0] else f"results.{engine}.jsonl"


def _read_articles(collection: Collection, plan: Plan, progress: Progress) -> list[str]:
    """What could not be read, a line each; SourceUnreadable where nothing could."""
    problems = []
    for path in plan.articles:
        added = collection.add(load(path), progress=lambda done: progress("Reading articles", done, None))
        problems += [str(problem) for problem in added.problems]
    if not collection.counts()[0]:
        why = f" ({problems[0]})" if problems else ""
        raise SourceUnreadable(f"Nothing in {plan.articles[0]} could be read as an article{why}.")
    return problems


def _chosen(cases: Sequence[Case], plan: Plan) -> list[Case]:
    chosen = [case for case in cases if plan.tag is None or plan.tag in case.tags]
    if not chosen:
        tags = ", ".join(sorted({tag for case in cases for tag in case.tags})) or "none"
        raise QuestionSetWrong(f"No case of {plan.questions} is tagged {plan.tag!r}; its tags are: {tags}")
    if plan.seed is None or plan.limit is None or plan.limit >= len(chosen):
        return chosen[: plan.limit]
    places = np.random.default_rng(plan.seed).choice(len(chosen), plan.limit, replace=False)
    return [chosen[place] for place in sorted(places)]


def _names(collection: Collection) -> dict[str, str]:
    """All that an article may be called, to its id: the id itself, its file with or without suffix, its ``_id``."""
    articles = collection.articles()
    names = {article.id: article.id for article in articles}
    for article in articles:
        source = Path(article.source)
        for name in (source.name, source.stem, article.source.partition("#")[2]):
            names.setdefault(name, article.id)
    return names


def _text(collection: Collection, article_id: str) -> str:
    """The article's text, "" of one that is not there: an engine that makes sources up is found out, not obeyed."""
    try:
        article: Article = collection.article(article_id)
    except ArticleUnknown:
        return ""
    return article.text


def _asked(
    plan: Plan, cases: Sequence[Case], openings: Mapping[str, Callable[[], Engine]], *, folder: Path, progress: Progress
) -> Iterator[tuple[str, list[Reply], float]]:
    """Each engine with its replies and the most memory held until then, in MB."""
    for name, opening in openings.items():
        told = partial(_told, progress, f"Asking {name}", len(cases))
        file = folder / results_file(plan, name)
        yield name, ask_all(cases, opening, file, workers=plan.workers, progress=told), _peak_mb()


def _with_peak(found: Measured, peak_mb: float) -> Measured:
    """For the first engine alone: what comes after it adds to the memory of the same process."""
    return replace(found, figures={**found.figures, "peak_memory_mb": Figure(peak_mb, len(found.outcomes))})


def _told(progress: Progress, step: str, total: int, done: int) -> None:
    progress(step, done, total)


def _peak_mb() -> float:
    """The most memory this process has held so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


def _write(
    folder: Path, engines: Sequence[Measured], manifest: Mapping[str, Any], text_of: Callable[[str], str]
) -> None:
    first = engines[0]
    lines = [json.dumps(judged_line(outcome)) + "\n" for outcome in first.outcomes]
    write_whole(folder / JUDGED, "".join(lines))
    figures = {**_figures(first), "engine": first.engine, "engines": {one.engine: _figures(one) for one in engines}}
    write_whole(folder / METRICS, json.dumps(figures, indent=2) + "\n")
    write_whole(folder / MARKDOWN, markdown(engines, manifest))
    write_whole(folder / JUNIT, junit(first, manifest))
    write_report(folder / REPORT, engines, manifest=manifest, text_of=text_of)


def _figures(engine: Measured) -> dict[str, Any]:
    return {
        "overall": {name: asdict(figure) for name, figure in engine.figures.items()},
        "tags": {tag: {name: asdict(figure) for name, figure in own.items()} for tag, own in engine.tags.items()},
        "verdicts": {verdict: sum(o.verdict == verdict for o in engine.outcomes) for verdict in VERDICTS},
    }
