"""What kind of study an article reports, and in whom: people, animals, cells."""
