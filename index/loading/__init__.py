"""From a file, folder, corpus, archive or fetched bytes to articles; what cannot be read is a problem beside them.

files.py     paths and bytes, walked and told apart        kinds.py     which kinds there are, and what a file really is
corpus.py    one article a line                            archive.py   zip files, checked before anything is unpacked
articles.py  what was found in a file becomes an article   confined.py  the process in which files are parsed
parsing.py   the parser of each kind, with pdf.py, docx.py, epub.py and mime.py (saved pages and e-mails)
"""

from index.loading.articles import Loaded, Origin, printable
from index.loading.files import load, load_content, load_file, walk

__all__ = ["Loaded", "Origin", "load", "load_content", "load_file", "printable", "walk"]
