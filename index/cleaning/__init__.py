"""Page furniture off; title, author, publisher, dates, address and language out of the page, where they stand.

declared.py    what a page of HTML declares            blocks.py      a page of HTML as blocks of text
names.py       what designers call what is not text    chrome.py      which blocks are the article's
paragraphs.py  characters and paragraphs made regular  furniture.py   what furniture looks like, line by line
facts.py       dates, bylines, addresses               page.py        which paragraphs are the article's own
language.py    the language of a text                  html.py, markdown.py  all of these, one after the other
measure.py     how much is kept and removed, on pages with their truth beside them
"""
