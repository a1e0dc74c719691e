"""The ear: cues, forms and words of what was said, models fitted and taught, and moments with their reasons."""
