"""A user's documents: formats in and out."""
