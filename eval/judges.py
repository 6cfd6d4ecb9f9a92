"""What a second language model makes of the answers: do the quotes support them, do they speak to the question?

LlamaIndex's evaluators ask an OpenAI-compatible endpoint. A judge is an opinion, not a measurement: it is named in the
manifest, and it is never the model that answered.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.asking import append_line, kept_lines
from eval.errors import JudgeRefused
from eval.judging import Outcome

if TYPE_CHECKING:
    from llama_index.core.evaluation import BaseEvaluator

SECONDS = 60


@dataclass(frozen=True, slots=True)
class Judge:
    """A language model behind an OpenAI-compatible endpoint."""

    url: str
    """Such as ``http://127.0.0.1:8080/v1``."""
    model: str
    key: str = field(default="none", repr=False)

    @property
    def named(self) -> str:
        """The judge as the manifest names it."""
        return f"{self.model} at {self.url}"

    def refuse_itself(self, answering: str) -> None:
        """JudgeRefused where the model that answers, by its name or its file's, would judge itself."""
        if self.model.lower() in {answering.lower(), answering.lower().removesuffix(".gguf")}:
            raise JudgeRefused(f"The judge {self.model} is the model that answers. Choose another --judge-model.")

    def judged(self, outcomes: Sequence[Outcome], file: Path, *, progress: Callable[[int], None]) -> list[Outcome]:
        """The outcomes with "faithfulness" and "relevancy", 0 or 1, of every answer.

        Opinions in ``file`` are not asked for again. JudgeRefused where the endpoint does not answer. A refusal says
        nothing that could be judged.
        """
        opinions = kept_lines(file)
        waiting = [one for one in outcomes if _said(one) and one.case.id not in opinions]
        progress(len(outcomes) - len(waiting))
        evaluators = self._evaluators() if waiting else {}
        # A loop of our own, closed at the end: LlamaIndex's own way of waiting leaves one open.
        with asyncio.Runner() as loop:
            for done, outcome in enumerate(waiting, start=len(outcomes) - len(waiting) + 1):
                opinion = {"id": outcome.case.id, **loop.run(self._opinion(outcome, evaluators))}
                opinions[outcome.case.id] = opinion
                append_line(file, opinion)
                progress(done)
        return [replace(one, values={**one.values, **_scores(opinions.get(one.case.id, {}))}) for one in outcomes]

    def _evaluators(self) -> "dict[str, BaseEvaluator]":
        from llama_index.core.evaluation import (  # noqa: PLC0415  LlamaIndex takes seconds to import
            FaithfulnessEvaluator,
            RelevancyEvaluator,
        )
        from llama_index.llms.openai_like import OpenAILike  # type: ignore[import-untyped]  # noqa: PLC0415

        llm = OpenAILike(
            model=self.model, api_base=self.url, api_key=self.key, is_chat_model=True, temperature=0.0,
            timeout=SECONDS, max_retries=2,
        )  # fmt: skip
        return {"faithfulness": FaithfulnessEvaluator(llm=llm), "relevancy": RelevancyEvaluator(llm=llm)}

    async def _opinion(self, outcome: Outcome, evaluators: "dict[str, BaseEvaluator]") -> dict[str, Any]:
        from openai import OpenAIError  # noqa: PLC0415

        quotes = [citation["quote"] for citation in outcome.reply["citations"]]
        try:
            found = {
                name: await evaluator.aevaluate(
                    query=outcome.reply["question"], response=_said(outcome), contexts=quotes
                )
                for name, evaluator in evaluators.items()
            }
        except OpenAIError as exc:
            raise JudgeRefused(f"The judge {self.named} does not answer: {exc}. Is it running?") from exc
        return {name: float(one.score or 0.0) for name, one in found.items()}


def _said(outcome: Outcome) -> str:
    return " ".join(statement["text"] for statement in outcome.reply["statements"])


def _scores(opinion: dict[str, Any]) -> dict[str, float]:
    return {name: value for name, value in opinion.items() if name != "id"}
