"""How well a few typed letters fit a name: for every list that a person searches."""

from __future__ import annotations


def fit(query: str, text: str) -> float:
    """0 if the letters of `query` do not occur in `text` in this order; the better the more begins of words, the
    closer together and the earlier they stand. Every word of the query must fit."""
    total = 1.0
    for word in query.lower().split():
        found = _word(word, text.lower())
        if found == 0.0:
            return 0.0
        total *= found
    return total


def _word(word: str, text: str) -> float:
    place = text.find(word)
    if place >= 0:
        starts = place == 0 or not text[place - 1].isalnum()
        return (4.0 if starts else 2.0) + 1.0 / (1.0 + place) + len(word) / (1.0 + len(text))
    position, spread = -1, 0
    for letter in word:
        following = text.find(letter, position + 1)
        if following < 0:
            return 0.0
        spread += following - position - 1
        position = following
    return 1.0 / (1.0 + spread)
