"""Not built yet."""

from flask import Blueprint

bp = Blueprint("people", __name__)
