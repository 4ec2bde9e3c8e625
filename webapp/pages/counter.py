"""Not built yet."""

from flask import Blueprint

bp = Blueprint("counter", __name__)
