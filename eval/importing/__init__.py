"""Public benchmarks as Byline's corpus and question set, one module a format."""
