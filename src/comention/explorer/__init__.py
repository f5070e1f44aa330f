"""A snapshot as pages with addresses: search, listings, concepts, pairs, articles; on this machine alone."""
