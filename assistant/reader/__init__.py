"""How the reader is fitted: a recipe for developers, never imported at run time."""
