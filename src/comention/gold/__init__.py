"""Corpora with answers: rules, scores, evaluation, training."""
