"""Invented people and dossiers, so that every page has something true to show."""
