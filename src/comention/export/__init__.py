"""Published datasets → files that other programs open: networks, tables, PubTator."""
