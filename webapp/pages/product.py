"""The running product, as the pages name it."""

from webapp.pages.repeats import FORM_ONLY, acting
from webapp.product import Product, attach, config, database

__all__ = ["FORM_ONLY", "Product", "acting", "attach", "config", "database"]
