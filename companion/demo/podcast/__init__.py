"""On the Same Couch, the podcast that ships inside: script.toml is what is said, `make` speaks it, the rest is made."""
