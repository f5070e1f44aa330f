"""Published datasets → pictures without a browser: PNG and SVG."""
