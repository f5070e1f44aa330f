"""Published datasets → one self-contained HTML page."""
