"""Judging the product by cases that nobody here wrote; the material lies outside the project."""
