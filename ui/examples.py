"""Questions offered before the first one is asked."""

from collections.abc import Sequence

from index.catalog import ListedArticle

SAMPLES = {
    "xiaomi-borrowed-licence": "Under whose licence was the SU7 first produced?",
    "xiaomi-ndrc-approval": "Who approved Xiaomi's plan to make electric cars?",
    "su7-tally": "How many SU7 cars has Xiaomi delivered?",
    "xiaomi-beijing-plant": "What does the SU7 cost?",
}
"""A question for a sample article by its id. The last one has no answer there: it shows what silence looks like."""

OFFERED = 4


def examples(articles: Sequence[ListedArticle]) -> list[str]:
    """Questions about the sample articles where they are in the collection, otherwise about the newest titles."""
    ids = {article.id for article in articles}
    known = [question for sample, question in SAMPLES.items() if sample in ids]
    return known or [f"What is new about “{article.metadata.title}”?" for article in articles[:OFFERED]]
