"""The embedding model that ships: its files, and the recipe that makes them from the published weights."""
