"""A digest of a compiled process, to show that no run changes what all instances share."""

from hashlib import sha256

from engine import CompiledProcess

_BACK = ("_wf_spec", "element")  # the way back to the scope, and what was drawn, which is frozen


def fingerprint(process: CompiledProcess) -> str:
    """Return a digest of every attribute of every spec; the same as long as nothing changes."""
    digest = sha256()
    for key, scope in process.program.scopes.items():
        digest.update(_text(key, scope, "task_specs"))
        for name, spec in scope.task_specs.items():
            digest.update(_text(name, spec, *_BACK))
    return digest.hexdigest()


def _text(name: str, thing: object, *without: str) -> bytes:
    kept = sorted((key, repr(value)) for key, value in vars(thing).items() if key not in without)
    return repr((name, kept)).encode()
