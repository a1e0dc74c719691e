"""Shows what is in the database: the public site, and the desk where people decide what is on it."""
