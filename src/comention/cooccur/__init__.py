"""Mentions become counts (SQL over Parquet), and counts become association statistics (pure functions)."""
