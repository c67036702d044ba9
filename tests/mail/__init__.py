"""A real mail server on loopback, and workers that can be killed, for tests of what leaves the desk."""
