"""How a Program is integrated in time."""
