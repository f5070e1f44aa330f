"""What is published, from both sides: publishing, and answering from a snapshot."""
