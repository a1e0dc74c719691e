"""One file per format that is read or written: text in, nouns out, and back."""
