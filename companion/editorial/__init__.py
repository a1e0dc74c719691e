"""Content written by us and editable by a producer: themes, cues, exercises, resources."""
