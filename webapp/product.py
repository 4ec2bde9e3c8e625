"""What one running product consists of, within reach of every page and of the API."""

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
    """Put ``product`` within reach of everything that ``app`` answers with."""
    app.extensions[_EXTENSION] = product


def database() -> Database:
    """Return the database of the running app."""
    return _product().database


def config() -> Config:
    """Return the settings of the running app."""
    return _product().config


def _product() -> Product:
    return cast(Product, current_app.extensions[_EXTENSION])
