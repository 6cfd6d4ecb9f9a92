"""What the entailer is worth on what was held out: ``python -m assistant.entailer.measure`` writes ``figures.json``."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.entailer.written import evidences
from assistant.entailment import Entailment, Support
from assistant.reader.measure import auroc
from index.embedding import MiniLM

FIGURES = Path(__file__).with_name("figures.json")
THROUGH = (0.02, 0.05, 0.1)
"""Shares of the false statements at which it is told how many true ones are kept."""


def statements(entailment: Entailment) -> dict[str, float]:
    """Figures for statements beside their evidence."""
    against, false = [], []
    words, wrong = list[float](), list[bool]()
    for one in evidences(held_out=True):
        for stated in one.statements:
            support = entailment.support(stated.text, one.text)
            against.append(support.against)
            false.append(bool(stated.unsupported))
            words += support.words.tolist()
            wrong += _marked(support, stated.unsupported)
    odds, lies = np.array(against), np.array(false)
    kept = {
        f"true_kept_at_{share:.0%}_through": round(float((odds[~lies] < np.quantile(odds[lies], share)).mean()), 3)
        for share in THROUGH
    }
    return {
        "statements": len(odds),
        "auroc_unsupported": auroc(odds, lies),
        "auroc_unsupported_words": auroc(np.array(words), np.array(wrong)),
        **kept,
    }


def _marked(support: Support, spans: Sequence[tuple[int, int]]) -> list[bool]:
    return [any(start < end_ and start_ < end for start_, end_ in spans) for start, end in support.offsets.tolist()]


def main() -> None:
    """Measure, and write the figures."""
    found = statements(Entailment(MiniLM()))
    FIGURES.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
