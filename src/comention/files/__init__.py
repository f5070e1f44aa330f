"""Files that are whole or not there, checked when they are read, and found as they were left."""
