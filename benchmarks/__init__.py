"""Speed against peers, see `make bench`."""
