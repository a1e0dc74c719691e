"""How figures and long texts are put into words, on pages and on the command line."""


def count(number: int, word: str) -> str:
    """'1 moment', '9 moments', 'no moments'."""
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"


def shortened(text: str, most: int) -> str:
    """Text of at most so many letters, cut at a word, with an ellipsis where something is missing."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0].rstrip(" .,;:!?…") + "…"
