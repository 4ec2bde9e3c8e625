"""What the readers of all dialects share: walking over tokens, and the size of what they read."""

from decimal import Decimal

from engine.feel.errors import N_, FeelSyntaxError
from engine.feel.lexer import Token
from engine.feel.limits import LIMITS, exceeded
from engine.feel.tree import Constant, Node
from engine.feel.values import exact


class Cursor:
    """The tokens of one expression and how far they are read."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.at += 1
        return token

    def sees(self, *texts: str) -> bool:
        return self.token.kind in {"symbol", "keyword"} and self.token.text in texts

    def skips(self, text: str) -> bool:
        if self.sees(text):
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.skips(text):
            raise self.unexpected(text)

    def unexpected(self, wanted: str = "") -> FeelSyntaxError:
        token = self.token
        if token.text == "?" and token.kind == "name":
            sentence = N_("Write “if … then … else …”, not “? :”.")
        elif token.kind == "end":
            sentence = N_("The expression ends too early.")
            if wanted:
                sentence = N_("The expression ends too early: “%(wanted)s” is missing.")
        elif wanted:
            sentence = N_("Here should be “%(wanted)s”, not “%(found)s”.")
        else:
            sentence = N_("“%(found)s” does not fit here.")
        params = {"wanted": wanted, "found": token.text[:40]}
        return FeelSyntaxError(sentence, params, token.position)


def check_size(tree: Node) -> None:
    """Raise FeelLimitError when the tree has too many nodes or too long a path."""
    seen = 0
    waiting = [(tree, 1)]
    while waiting:
        node, height = waiting.pop()
        seen += 1
        if seen > LIMITS.nodes:
            raise exceeded("nodes")
        if height > LIMITS.height:
            raise exceeded("height")
        waiting.extend((child, height + 1) for child in node.children())


def number(text: str, position: int) -> Constant:
    """Return the constant that ``text`` spells. Raises FeelSyntaxError when it is out of range."""
    value = exact(text)
    if value is None:
        raise FeelSyntaxError(
            N_("The number %(text)s is too large."), {"text": text[:40]}, position
        )
    whole = value.as_tuple().exponent == 0 and abs(value) < Decimal(10**18)
    return Constant(int(value) if whole else value)
