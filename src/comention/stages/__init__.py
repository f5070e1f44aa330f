"""Where the stages meet: what they are, their order, and the walk through them."""
