"""Real helpers for tests: servers and programs, no mocks."""
