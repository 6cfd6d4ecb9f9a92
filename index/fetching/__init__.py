"""Fetching by URL without lending this machine's place in the network to whoever wrote the URL.

A URL may come from a stranger: a feed, a sitemap, a redirect, a request to the server. Each is parsed once, and what
was parsed is both checked and fetched; its host is looked up once, and the very address that was checked is connected
to; only public addresses are, at every redirect anew; and a reply may take only so many bytes and so many seconds.
"""
