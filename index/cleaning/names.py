"""What designers call the parts of a page that are not its article: words in the class or the id of an element."""

import re
from functools import cache

from lxml.html import HtmlElement  # type: ignore[import-untyped]

NAMES = re.compile(
    r"""\b(?:
    ads?|adv|advert\w*|adslot|anzeigen?|werbung|publi|publicidad|publicite|sponsor\w*|promos?|promoted|
    outbrain|taboola|criteo|affiliate|aff|deals?|
    share\w*|sharing|sociable|addthis|addtoany|teilen|teil|compart\w+|partag\w+|redes|social|
    newsletter\w*|nl|subscri\w+|signup|suscri\w+|abonn\w+|optin|mailchimp|
    cookies?|consent|gdpr|cmp|didomi|onetrust|
    related\w*|relacionad\w+|verwandt\w*|recirc\w*|recommend\w*|yarpp|onward\w*|teaser\w*|trending|
    (?:most|more)\ (?:read|viewed|popular|from|grid)|mostread|popular|rich\ link|read\ (?:more|next|also)|
    prevnext|(?:next|prev|previous)\ (?:prev|previous|next|story|post|article)s?|pagination|pager|
    comments?|commentlist|disqus|respond|kommentare?|comentarios|webmentions?|
    paywall\w*|regwall|sign\ in\ gate|breadcrumbs?|crumbs?|
    tags|tag\ (?:list|cloud|links)|cat\ links|keywords|etiquetas|themen|
    author\ (?:box|bio|card|info|profile)|autoren?\ (?:box|kasten|info)|authorbox|authorcard|about\ (?:the\ )?author|
    bio|nav|navbar|navigation|menu|sidebar|widget\ area|footer|masthead|skip\ links?|topbar|toolbar|
    cta|topics?\ list|topics|uploader|popup|modal|overlay|lightbox|sr\ only|visually\ hidden|screen\ reader\ text|
    player\w*|playlist|jwplayer|vjs|vid|smartbanner|app\ ?banner|donat\w+|republish\w*|membership|
    disclaimer|ratings?|poll|survey|feedback|toc|table\ of\ contents|key\ events|print\ (?:foot|footer|only)
    )\b""",
    re.VERBOSE,
)
"""Words in the class or the id of an element that is not the article's."""
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
"""Parts of a name: small letters, digits and marks between them left out."""
LONGEST = 300
"""Characters of class and id that are looked at; generated names go on for thousands."""


def is_named(element: HtmlElement) -> bool:
    """Whether an element's class or id calls it something else than the article."""
    told = f"{element.get('class', '')} {element.get('id', '')}"
    return len(told) > 1 and _names_furniture(told[:LONGEST])


@cache
def _names_furniture(told: str) -> bool:
    return bool(NAMES.search(" ".join(WORDS.findall(told)).lower()))
