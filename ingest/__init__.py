"""Brings episodes in: fetch, read the feed, get the audio, transcribe, and the pipeline that runs it all."""
