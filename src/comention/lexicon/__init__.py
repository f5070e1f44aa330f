"""Names and what they mean: folding, the compiled store, the matcher, and the build from public sources."""
