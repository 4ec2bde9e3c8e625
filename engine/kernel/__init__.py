"""The machine: specs, tokens and scopes that run a compiled process."""
