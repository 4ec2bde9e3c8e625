"""All rules of closures. Importing them is what registers them."""

from engine.feel import basic_closures, host_closures, loop_closures, script_closures
from engine.feel.closures import build

__all__ = ["build"]

REGISTERED = (basic_closures, host_closures, loop_closures, script_closures)
