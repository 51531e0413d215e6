"""The public names of a source file with their signatures, one module a language."""
