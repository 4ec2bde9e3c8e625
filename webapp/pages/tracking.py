"""Not built yet."""

from flask import Blueprint

bp = Blueprint("tracking", __name__)
