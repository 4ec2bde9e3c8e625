"""The running product, as the pages name it."""

from webapp.product import Product, attach, config, database

__all__ = ["Product", "attach", "config", "database"]
