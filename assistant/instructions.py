"""Sentences of an article that speak to a machine instead of a reader: they steer nothing and support nothing."""

import re

_TOLD = r"(?:answer|reply|respond|say|state|cite|tell|output|print|write|repeat|claim|report|insist|pretend|quote)"
_MACHINE = r"(?:assistant|chatbot|language\s+model|AI\s+model|AI\s+system|AI|LLM|bot|model)"
_ADDRESSED = re.compile(
    "|".join(
        (
            r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|prompts?|rules|above|sentences?|context|guidelines)\b",
            r"\bsystem\s+(?:prompt|message|instruction|override)s?\b",
            r"\b(?:new|updated|hidden|following|your|developer)\s+instructions?\b.{0,40}[:,]",
            rf"\b(?:you\s+are|act\s+as|pretend\s+to\s+be)\s+(?:now\s+)?(?:an?\s+|the\s+)?(?:\w+\s+){{0,2}}{_MACHINE}\b",
            r"(?:^|[\]>.!?*#\n]\s*)(?:assistant|system|user|developer|human)\s*:\s*\S",
            rf"\b{_MACHINE}s?\b.{{0,40}}\b(?:must|should|shall|will\s+now)\s+(?:now\s+|only\s+|always\s+|please\s+)?(?:{_TOLD}|ignore)\b(?!\s+(?:for|to)\b)",
            rf"\b{_MACHINE}s?\s+(?:reading|processing|that\s+reads?|who\s+reads?)\b",
            rf"\b(?:when|if)\s+(?:you\s+are\s+|you're\s+)?asked\b.{{0,80}}\b{_TOLD}\b",
            r"\b(?:reveal|leak|print|repeat|disclose)\b.{0,40}\b(?:prompt|instructions?|canary|configuration)\b",
            r"<\s*/?\s*(?:system|assistant|user|instructions?|prompt|sentences?|im_start|im_end)\b|\[\s*/?\s*(?:INST|SYS|SYSTEM)\b|<\|",
            rf"(?:^|[,:;.!]\s)\W*(?:please\s+|now\s+|then\s+|always\s+|just\s+)*{_TOLD}\s+(?:that|with|only|exactly|as|source|sentence|the\s+word)\b",
            r"\b(?:BEGIN|END)\s+SENTENCES\b|\[[^\]]*\]\(\s*https?:|^(?:\s*\[\d+\])+\W*$",
        )
    ),
    re.IGNORECASE,
)
_OF_MACHINES = re.compile(
    r"\b(?:machines?|chatbots?|assistants?|bots?|AI|prompts?|instruct\w*|planted)\b", re.IGNORECASE
)
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters that a reader does not see and a model does."""


def addresses_a_model(sentence: str) -> bool:
    """Whether a sentence of an article speaks to a machine that reads it; such a sentence supports nothing."""
    return bool(_ADDRESSED.search(UNSEEN.sub("", sentence)))


def about_machines(question: str) -> bool:
    """Whether a question asks for what an article tells machines, as one on a planted line does."""
    return bool(_OF_MACHINES.search(question))
