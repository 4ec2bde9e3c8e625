"""How often one address may ask: the limiter that sign-in and tracking share."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address)

TRYING = "60 per minute"
"""Per address. Each try is one evaluation within the limits of expressions."""

SIGN_IN = "30 per minute; 200 per hour"
"""Per address. The account itself is locked after a few wrong passwords, see operations.people."""
