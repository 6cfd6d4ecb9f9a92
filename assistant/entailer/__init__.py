"""The recipe of the network that ``assistant/entailment.py`` runs."""
