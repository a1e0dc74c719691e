"""The built-in podcast: its feed, audio, published transcript and tiny speech model, and the scripts that make them."""
