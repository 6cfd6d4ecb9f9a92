"""Sentences of an article that speak to a machine instead of a reader: they steer nothing and support nothing."""

import re
from functools import lru_cache

_TOLD = (
    r"(?:answer|reply|respond|say|state|cite|tell|output|print|write|repeat|claim|report|insist|pretend|quote|mention"
    r"|describe|recommend|praise)"
)
_MACHINE = (
    r"(?:assistant|chatbot|language\s+model|AI\s+model|AI\s+system|AI|LLM|(?:Chat)?GPT|bot|model|automated\s+system"
    r"|AI\s+(?:assistant|reader|agent|crawler)|crawler|summari[sz]er|(?:search|summary|answer)\s+engine)"
)
_TEXT = r"(?:sentence|passage|paragraph|text|page|article|note|document|message|instruction|source|line)"
_IMPERATIVE = r"(?:^|[,:;.!\]]\s+|\b(?:and|please|kindly|now|then|must|always|instead|just)\s+)"
"""Where a verb in its plain form commands."""
_REPLY = r"(?:answers?|repl(?:y|ies)|responses?|outputs?|summary|summaries)"

_LABELS = (
    r"<\s*/?\s*(?:system|assistant|user|instructions?|prompt|sentences?|im_start|im_end)\b|<!--|<\|",
    r"\[\s*/?\s*(?:INST|SYS|SYSTEM)\b|\b(?:BEGIN|END)\s+SENTENCES\b|\[[^\]]{0,200}\]\(\s*https?:|^(?:\s*\[\d+\])+\W*$",
    r"(?:^|[\]>.!?*#\n]\s*)(?:assistant|system|user|developer|human|prompt)\s*:\s*\S",
    r"\bsystem\s+(?:prompt|message|instruction|override|directive)s?\b",
    r"(?:^|[.\[>]\s*)\W{0,5}(?:system|admin(?:istrator)?|developer|hidden|AI|LLM|model|chatbot|assistant)\s+"
    r"(?:notes?|messages?|instructions?|directives?|commands?|tasks?|overrides?|mode\s+\w+)\s*[:;,\]]",
    r"^\W*(?:note|message|notice|reminder|instructions?)\s+(?:to|for)\s+(?:\w+\s+){0,2}"
    rf"{_MACHINE}s?\b[^:\]]{{0,40}}[:\],]",
    r"\b(?:new|updated|hidden|following|your|developer)\s+instructions?\b.{0,40}[:,]",
)
"""A line that is labelled as one for a machine, or as a part of a conversation with one."""
_ADDRESSES = (
    rf"^\W*(?:attention|dear|hey|hello|hi)\s+(?:all\s+|any\s+|every\s+)?{_MACHINE}s?\s*[,:!]",
    r"^\W*(?:(?:\w+\s+){0,2}(?:to|for)\s+(?:\w+\s+){0,2}|\w+\s+)?(?:AI|LLM|GPT|chatbot|crawler|bot|\w+"
    r"\s+engine)s?\b[^:.]{0,40}:",
    rf"^\W*(?:to|for)\s+(?:\w+\s+){{0,2}}{_MACHINE}s?\b[^:.]{{0,40}}:",
    rf"\b{_MACHINE}s?\s+(?:reading|processing|that\s+(?:reads?|index(?:es)?|summari[sz]es?)|who\s+reads?)\b",
    r"\b(?:whoever|anyone|systems?)\s+(?:summari[sz]|index|process|pars|scrap|crawl)\w*\s+th(?:is|e)\s+"
    r"(?:page|text|article|document)\b",
    rf"\b(?:you\s+are|act\s+as|pretend\s+to\s+be)\s+(?:now\s+)?(?:an?\s+|the\s+)?(?:\w+\s+){{0,2}}{_MACHINE}\b",
    rf"\bas\s+an?\s+(?:\w+\s+)?{_MACHINE},?\s+you\b",
    rf"\b{_MACHINE}s?\b.{{0,40}}\b(?:must|should|shall|will\s+now|(?:is|are)\s+(?:to|(?:asked|told"
    r"|instructed)\s+to))\s+"
    rf"(?:now\s+|only\s+|always\s+|please\s+)?(?:refuse\s+to|(?:{_TOLD}|ignore|treat\s+the)\b(?!\s+(?:for|to)\b))",
)
"""A machine is spoken to, or told what to do."""
_COMMANDS = (
    r"\b(?:ignore|disregard|forget|override|overrides|discard|overrule)\b.{0,40}"
    r"\b(?:instructions?|prompts?|rules|above|sentences?|context|guidelines|safety|sources|passages)\b",
    r"\b(?:treat|consider|regard)\b.{0,30}\b(?:sentences|passages|sources|articles|following)\b.{0,12}"
    r"\b(?:void|fact|true|outdated)\b",
    rf"\bonly\s+this\s+{_TEXT}\s+(?:is|may|should|can)\b",
    rf"\b(?:reveal|leak|print|repeat|disclose)\b.{{0,40}}\b(?:prompt|instructions?|canary|configuration"
    rf"|this\s+{_TEXT})\b",
    rf"\b(?:do\s+not|don['’]t|never|not)\s+(?:mention|cite|reveal|disclose|quote)\b.{{0,30}}\b(?:this"
    rf"\s+{_TEXT}|any\s+source|instead)\b",
    rf"\bnot\s+mention\b.{{0,60}}\binstead\s+{_TOLD}\b",
    rf"\b(?:when|if)\s+(?:you\s+are\s+|you['’]re\s+)?(?:asked|questioned|queried|prompted)\b.{{0,80}}"
    rf"\b{_TOLD}\b(?<!\bpraise)",
    rf"\b(?:when|if)\s+(?:a\s+user|users|the\s+user|anyone|someone)\s+asks?\b.{{0,60}}\b(?:the"
    rf"\s+answer\s+is|it\s+is|{_TOLD})\b",
    r"\bfrom\s+(?:now\s+on|here\s+on|this\s+(?:point|moment)\s+(?:on|onwards?|forward))\b,?\s*(?:you"
    rf"\s+\w+\s+|always\s+|only\s+)*{_TOLD}\b",
    rf"{_IMPERATIVE}(?:answer|respond\s+to|reply\s+to)\s+(?:all|every|any|each)\s+questions?\b"
    r"|\b(?:the|this)\s+(?:\w+\s+)?answer\s+(?:to|for)\s+(?:all|every|any|each)\s+questions?\b",
    rf"\b(?:in|make\s+sure|ensure)\s+(?:that\s+)?your\s+(?:answers?|response|reply|summary)\b.{{0,6}}\b{_TOLD}s?\b",
    r"\byour\s+(?:new|only|real)\s+(?:task|job|role|goal|instruction)s?\s+(?:is|are)\s+(?:now\s+)?to\b",
    rf"{_IMPERATIVE}\W{{0,5}}(?:please\s+|now\s+|then\s+|always\s+|just\s+)*{_TOLD}\s+(?:with|only|exactly|as"
    r"|source|sentence|the\s+word)\b",
    rf"(?:^|[,:;.!]\s)\W{{0,5}}(?:please\s+|now\s+|then\s+|always\s+|just\s+)*{_TOLD}\s+that\b",
    rf"(?:{_IMPERATIVE}|\b(?:not|never|circumstances)\s+)(?:let|tell|inform|assure)\s+(?:(?:the|your"
    r"|every|all|any)\s+)?(?:users?|readers?)\s+"
    r"(?:know\s+)?that\b",
    rf"{_IMPERATIVE}(?:{_TOLD}|begin|start|end|finish|add|include|append|put|replace|rewrite|change"
    rf"|use)\b[^.]{{0,50}}\b(?:in|of|to|with)?\s*your\s+{_REPLY}\b",
    rf"\b(?:in|when\s+(?:writing|generating))\s+(?:all|every|any|an?|your)\s+{_REPLY},\s+(?!I\b|we\b|he"
    r"\b|she\b|they\b)\w+\s+(?:the|that|every|this)\b",
    rf"{_IMPERATIVE}(?:treat|consider|regard|trust|cite|quote)\s+(?:only\s+)?this\s+{_TEXT}\b",
    rf"{_IMPERATIVE}(?:forget|ignore|disregard)\s+(?:everything|anything|whatever|all)\b",
    r"\b(?:output|print|reply|respond)\s+(?:with\s+)?nothing\s+but\b|\byou\s+(?:will|must|shall|are"
    r"\s+to)\s+(?:now\s+|only\s+|always\s+)?(?:answer|reply|respond)\s+(?:all|every|any|in|with|only|as|that)\b",
    r"\bthe\s+(?:only\s+)?(?:correct|permitted|approved|official|valid)\s+answer\s+(?:about|to|on|for)"
    rf"\b|\bif\s+this\s+{_TEXT}\s+is\s+(?:used|read|quoted|summari[sz]ed)\b",
)
"""A command about what to answer, what to cite, and what to leave out."""
_ADDRESSED = re.compile("|".join((*_LABELS, *_ADDRESSES, *_COMMANDS)), re.IGNORECASE)
_OF_MACHINES = re.compile(
    r"\b(?:machines?|chatbots?|assistants?|bots?|AI|prompts?|instruct\w*|planted)\b", re.IGNORECASE
)
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters that a reader does not see and a model does."""


@lru_cache(maxsize=4096)
def addresses_a_model(sentence: str) -> bool:
    """Whether a sentence of an article speaks to a machine that reads it; such a sentence supports nothing."""
    return bool(_ADDRESSED.search(UNSEEN.sub("", sentence)))


def about_machines(question: str) -> bool:
    """Whether a question asks for what an article tells machines, as one on a planted line does."""
    return bool(_OF_MACHINES.search(question))
