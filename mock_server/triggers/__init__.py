"""Magic words: a request asks for a situation by a word in its prompt, model, key or headers.

One vocabulary holds in all places: the name of a scenario, the kind of a fault (with its default
settings), or a status from 400 to 599. Everything here works on plain values.
"""

from mock_server.triggers.places import PLACES, Place
from mock_server.triggers.triggers import NoWords, TriggerError, Triggers

__all__ = ("PLACES", "NoWords", "Place", "TriggerError", "Triggers")
