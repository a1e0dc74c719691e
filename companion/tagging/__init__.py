"""From a transcript to moments: sentences, cues, spans."""
