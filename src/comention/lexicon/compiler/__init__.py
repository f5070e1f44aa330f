"""What compiles the lexicon; nothing that reads text needs it."""
