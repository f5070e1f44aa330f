"""Text to mentions: sentences, abbreviations, names, modifiers."""
