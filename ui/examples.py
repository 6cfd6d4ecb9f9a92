"""Questions offered before the first one is asked."""

from contextlib import suppress

from index.collection import Collection
from index.errors import ArticleUnknown
from ui.words import Words

SAMPLES = {
    "xiaomi-borrowed-licence": "Under whose licence was the SU7 first produced?",
    "xiaomi-ndrc-approval": "Who approved Xiaomi's plan to make electric cars?",
    "su7-tally": "How many SU7 cars has Xiaomi delivered?",
    "xiaomi-beijing-plant": "What does the SU7 cost?",
}
"""A question for a sample article by its id. The last one has no answer there: it shows what silence looks like."""

OFFERED = 4


def examples(collection: Collection, words: Words) -> list[str]:
    """Questions about the sample articles where they are in the collection, otherwise about the newest titles."""
    known = []
    for sample, question in SAMPLES.items():
        with suppress(ArticleUnknown):
            collection.digest(sample)
            known.append(question)
    return known or [words("about", title=one.metadata.title) for one in collection.browse(limit=OFFERED).articles]
