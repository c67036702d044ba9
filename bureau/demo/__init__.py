"""A believable bureau for a first look, for tests of size and for measuring: the same for the same seed, of any size."""
