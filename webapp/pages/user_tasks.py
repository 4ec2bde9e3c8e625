"""Not built yet."""

from flask import Blueprint

bp = Blueprint("user_tasks", __name__)
