"""The library: the page on which articles are found, chosen, added and removed, and sources followed."""
