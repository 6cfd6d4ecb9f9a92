"""Cases proposed from articles, for a person to look at before any figure rests on them."""
