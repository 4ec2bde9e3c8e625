"""Backups: the whole house in one file, from either database into either."""
