"""Words of questions and sentences, made comparable: stems, numbers, names, and how telling each word is."""

import re
from dataclasses import dataclass
from functools import lru_cache

WORD = re.compile(
    r"[$€£¥]?\d+(?:[.,:]\d+)*%?"  # an amount keeps its sign, its separators and its percent
    r"|(?:[A-Za-z]\.){2,}"  # U.S.
    r"|[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af][^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]*"
    r"(?:['’][a-z]+\b)?"
    r"|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"  # scripts without spaces: one character, one word
)


def word_set(listed: str) -> frozenset[str]:
    """The words of a written list."""
    return frozenset(listed.split())


STOPWORDS = word_set(
    """a an the this that these those there here it its he his him himself she her hers they them their theirs we us
    our you your i me my who whom whose what which when where why how whether if then than as at by for from in into
    of off on onto out over to up upon with without within about above across after against along among around
    before behind below beneath beside between beyond during except near per since through throughout till toward
    towards under until via and or but nor so yet not no is are was were be been being am do does did done doing
    have has had having can could may might must shall should will would 's s t re ve ll d also just only own same
    such too very more most some any each every all both few other another much many get got let s' n't don didn
    doesn isn wasn aren weren hasn haven hadn won wouldn"""
)
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
SHORT_MONTHS = ("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec")
"""As they are cut short; nobody cuts May."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS = word_set("third fourth fifth sixth seventh eighth ninth tenth")
"""Words for a place in a row; first and second have other meanings."""
ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
"""Numbers that are one word, each in the place of its value."""
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBER_WORDS = (
    {word: value for value, word in enumerate(ONES)}
    | {word: 10 * place for place, word in enumerate(TENS, start=2)}
    | {"hundred": 100, "dozen": 12, "thousand": 1000}
)

# Stripped again and again, longest first, while at least this much of the word is left.
_INFLECTIONS = ("ing", "ied", "ies", "ed", "es", "er", "or", "ly", "s", "e", "y", "i", "u")
_DERIVATIONS = (
    "ization", "isation", "izing", "ising", "ized", "ised", "ating", "ated", "ational", "ation", "ition", "ment",
    "ness", "ance", "ence", "ency", "ancy", "able", "ible", "ship", "ous", "ize", "ise", "ate", "ive", "ity", "ism",
    "ist", "ion", "ian", "ial", "ful", "al", "ic",
)  # fmt: skip
_LEAST_INFLECTED, _LEAST_DERIVED = 3, 4
_FORMS = """
    say: said says; tell: told; sell: sold sale sales; buy: bought; build: built; make: made; go: went gone; win:
    won; lose: lost loss losses; spend: spent; pay: paid; give: gave given; take: took taken; begin: began begun;
    grow: grew grown growth; rise: rose risen; fall: fell fallen; lead: led; hold: held; leave: left; meet: met;
    run: ran; see: saw seen; send: sent; write: wrote written; come: came; become: became; know: knew known; think:
    thought; bring: brought; catch: caught; choose: chose chosen choice; draw: drew; fight: fought; find: found;
    keep: kept; feel: felt; hear: heard; show: shown; speak: spoke spoken speech; stand: stood; teach: taught;
    throw: threw; person: people; child: children; man: men; woman: women; die: died dead death dying; license:
    licence licences licensing licensed; lie: lay; understand: understood; wear: wore worn; drive: driven drove;
    break: broke broken; fly: flew flown; prove: proof; believe: belief; defend: defence defense; approve: approval;
    decide: decision; permit: permission; long: length; high: height; wide: width; china: chinese; germany: german
    germans; france: french; britain: british uk; japan: japanese; korea: korean; india: indian; russia: russian;
    italy: italian; spain: spanish; europe: european; america: american usa; netherlands: dutch; switzerland: swiss;
    sweden: swedish; poland: polish; turkey: turkish; brazil: brazilian; canada: canadian; mexico: mexican; taiwan:
    taiwanese; egypt: egyptian; greece: greek; ireland: irish; deep: depth; strong: strength; mouse: mice; foot:
    feet; tooth: teeth; use: using used uses; founder: founded founding
"""
"""Words whose forms no ending tells: the word, then what is taken for it. A country stands for its people."""
_REGULAR = {
    form: word.strip() for word, forms in (entry.split(":") for entry in _FORMS.split(";")) for form in forms.split()
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word where it stands in its text."""

    start: int
    end: int
    text: str
    stem: str
    telling: bool
    """Whether it carries meaning of its own."""

    @property
    def number(self) -> bool:
        """Whether it is written with digits."""
        return any(character.isdigit() for character in self.text)

    @property
    def capital(self) -> bool:
        """Whether it is written like a name."""
        return self.text[0].isupper()


@lru_cache(maxsize=4_096)
def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order; a possessive ending is left out of the word."""
    found: list[Word] = []
    for match in WORD.finditer(text):
        written = match.group()
        for ending in ("'s", "’s", "s'", "s’"):
            if written.endswith(ending):
                written = written[: -2 if ending[-1] == "s" else -1]
        certain = written in {"US", "IT", "WHO"} or (written == "May" and found)
        telling = bool(certain) or written.lower() not in STOPWORDS
        found.append(Word(match.start(), match.start() + len(written), written, stem(written), telling))
    return tuple(found)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What related forms of a word share: approval and approved give one stem, so do 1,000 and $1000."""
    if word in {"US", "U.S.", "U.S"}:  # in lower case it is a pronoun
        return stem("America")
    lowered = word.lower()
    if any(character.isdigit() for character in lowered):
        return lowered.strip("$€£¥%").replace(",", "")
    lowered = lowered.replace(".", "").replace("’", "'")
    if lowered in _NUMBER_WORDS:
        return str(_NUMBER_WORDS[lowered])
    if lowered in MONTHS:  # June is not a form of Jun, a name
        return lowered
    stripped = _REGULAR.get(lowered, lowered)
    while (shorter := _stripped(stripped)) != stripped:
        stripped = shorter
    return stripped


def _stripped(word: str) -> str:
    """The word less one ending, or the word itself."""
    for suffixes, least in ((_DERIVATIONS, _LEAST_DERIVED), (_INFLECTIONS, _LEAST_INFLECTED)):
        for suffix in suffixes:
            rest = word[: -len(suffix)]
            if (
                word.endswith(suffix)
                and not word.endswith("ss")
                and len(rest) >= least
                and any(vowel in rest for vowel in "aeiouyäöü")
            ):
                return rest
    # Planning leaves plann, product meets produce, license meets licence.
    if len(word) > _LEAST_DERIVED and ((word[-1] == word[-2] != "s") or word.endswith("ct")):
        return word[:-1]
    return word
