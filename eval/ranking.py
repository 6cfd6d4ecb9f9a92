"""How well the right articles were retrieved, by ir-measures, which runs NIST's trec_eval."""

from collections.abc import Iterable, Sequence

CUTOFFS = (1, 5, 10)
Judged = tuple[Sequence[str], Sequence[str]]
"""The articles retrieved, best first, each once; and those that say it."""


def ranking(judged: Iterable[Judged]) -> list[dict[str, float]]:
    """nDCG@10, MRR, recall and success at 1, 5 and 10 of each question, 0 to 1; none where nothing is relevant.

    ``recall`` is the share of the relevant articles among the first k, ``success`` whether there is one. Gain is 1 or
    0 and its discount log2(rank + 1) (Järvelin and Kekäläinen, 2002; MRR: Voorhees, 1999).
    """
    import ir_measures  # noqa: PLC0415  only a run ranks

    pairs = list(judged)
    relevant = {str(n): dict.fromkeys(wanted, 1) for n, (_, wanted) in enumerate(pairs) if wanted}
    if not relevant:
        return [{} for _ in pairs]
    # A rank becomes a score, since trec_eval sorts by score.
    run = {n: {article: -float(rank) for rank, article in enumerate(pairs[int(n)][0])} for n in relevant}
    measures = {ir_measures.nDCG @ 10: "ndcg@10", ir_measures.RR: "mrr"}
    for k in CUTOFFS:
        measures |= {ir_measures.R @ k: f"recall@{k}", ir_measures.Success @ k: f"success@{k}"}
    found: list[dict[str, float]] = [{} for _ in pairs]
    for metric in ir_measures.iter_calc(list(measures), relevant, run):
        found[int(metric.query_id)][measures[metric.measure]] = float(metric.value)
    return found
