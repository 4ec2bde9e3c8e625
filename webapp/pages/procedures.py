"""Not built yet."""

from flask import Blueprint

bp = Blueprint("procedures", __name__)
