"""Shows what is in the database: the public site."""
