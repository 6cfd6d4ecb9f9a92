"""Page furniture off; title, date, author, publisher and address out of the page, where they stand.

paragraphs.py  characters and paragraphs made regular      furniture.py  what furniture looks like, line by line
facts.py       dates, bylines, addresses                   page.py       which paragraphs are the article's own
html.py        the same for HTML, by way of trafilatura
"""
