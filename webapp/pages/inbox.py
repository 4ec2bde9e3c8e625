"""Not built yet."""

from flask import Blueprint

bp = Blueprint("inbox", __name__)
