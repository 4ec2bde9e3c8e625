"""What the program costs, measured beside its peers. Never part of the tests."""
