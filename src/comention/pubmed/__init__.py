"""Citations in: sources, parser, the store of what is held, and the ledger of what became of the rest."""
