"""What a sentence says of two concepts: treats, causes, raised in, promotes, lowers, or nothing."""
