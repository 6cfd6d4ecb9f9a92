"""How fast Byline is, as ratios against the usual chain on the same articles, both measured in one run."""
