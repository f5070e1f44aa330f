"""Published datasets → pictures without a browser: PNG, SVG and PDF."""
