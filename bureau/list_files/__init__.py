"""Small lists that go out as a file and come back in: one mechanism, and each app registers its own lists.

`resources.py` says how a row becomes the same form and the same deed as by hand, `cells.py` how a cell is read and
written, `reading.py` how a foreign file becomes rows, `taking_in.py` how a file is looked at and then taken in.
"""
