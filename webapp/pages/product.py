"""What one running product consists of, within reach of every page."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from webapp.config import Config
from webapp.db import Database

_EXTENSION = "motcua"


@dataclass(frozen=True, slots=True)
class Product:
    config: Config
    database: Database


def attach(app: Flask, product: Product) -> None:
    """Put ``product`` within reach of the pages of ``app``."""
    app.extensions[_EXTENSION] = product


def database() -> Database:
    """Return the database of the running app."""
    return _product().database


def config() -> Config:
    """Return the settings of the running app."""
    return _product().config


def _product() -> Product:
    return cast(Product, current_app.extensions[_EXTENSION])
