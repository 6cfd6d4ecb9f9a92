"""The language of a text that nobody has declared."""

import re

SAMPLE = 1_000
"""Characters that are looked at: 0.3 ms."""
LEAST = 100
"""Characters, of a script that parts its words; below it a guess is no better than a coin."""
IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


def detect_language(text: str) -> str | None:
    """The ISO 639-1 code of a text's language, None where it is too short to tell."""
    sample = text[:SAMPLE]
    if len(sample) + 4 * len(IDEOGRAPH.findall(sample)) < LEAST:
        return None
    # Half a second to import with its model, and only a text whose page names no language needs it.
    from py3langid import classify  # type: ignore[import-untyped]  # noqa: PLC0415

    code: str = classify(sample)[0]
    return code
