"""Forms of the kernel's pages, one file a screen."""
