"""The equation grammar: text -> checked tree. Block equations, document parameters and a user's own blocks share it.

    numbers (with SI suffix: 2*100n), names, + - * / ** ( ), and the functions of FUNCTIONS

A tree is plain data; nothing is ever handed to Python's own evaluator, so no text in a document can execute.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from blocks.units import scaled

MAX_LENGTH = 2000
MAX_DEPTH = 50
MAX_HEIGHT = 100  # of the tree: a sum of so many terms; everything that walks a tree may recurse


class ExpressionError(ValueError):
    """The text is no expression of the grammar; `position` is the 0-based column of the trouble."""

    def __init__(self, text: str, position: int, reason: str) -> None:
        self.text, self.position, self.reason = text, position, reason
        super().__init__(f"{text!r}, column {position + 1}: {reason}")


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operator (`+ - * / **`, unary `neg`) or a function, applied to `args`."""

    op: str
    args: tuple[Tree, ...]


Tree = Number | Name | Call


def sigmoid(u: float) -> float:
    """1/(1 + e^-u), without overflow for any u."""
    return 1.0 / (1.0 + math.exp(-u)) if u >= 0 else math.exp(u) / (1.0 + math.exp(u))


def dsigmoid(u: float) -> float:
    """e^u/(e^u + 1)^2, the sigmoid's slope (7), as s(u) s(-u): the literal form overflows near u = 710."""
    return sigmoid(u) * sigmoid(-u)


def softplus(u: float) -> float:
    """ln(1 + e^u), without overflow."""
    return max(u, 0.0) + math.log1p(math.exp(-abs(u)))


def step(u: float) -> float:
    """1 for u > 0, else 0."""
    return 1.0 if u > 0 else 0.0


FUNCTIONS: dict[str, tuple[int, Callable[..., float]]] = {
    "exp": (1, math.exp),
    "log": (1, math.log),
    "tanh": (1, math.tanh),
    "sqrt": (1, math.sqrt),
    "abs": (1, abs),
    "sin": (1, math.sin),
    "cos": (1, math.cos),
    "sigmoid": (1, sigmoid),
    "dsigmoid": (1, dsigmoid),
    "softplus": (1, softplus),
    "step": (1, step),
    "min": (2, min),
    "max": (2, max),
}
OPERATORS: dict[str, Callable[..., float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "neg": lambda a: -a,
}
CONSTANTS = {"pi": math.pi}

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)(?P<suffix>(?:Meg|meg|[fpnuµmkGT])(?![A-Za-z_0-9]))?"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<op>\*\*|[-+*/(),]))",
    re.ASCII,
)


@lru_cache(maxsize=4096)
def parse(text: str) -> Tree:
    """The tree of `text`. Raises ExpressionError with the column."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(text[:20] + "...", 0, f"is longer than {MAX_LENGTH} characters")
    parser = _Parser(text)
    tree = parser.sum(0)
    if parser.kind == "name" and re.match(r"M(?!eg)", parser.value):
        raise ExpressionError(text, parser.at, "a bare M is ambiguous; write m or Meg: m is milli, Meg is mega")
    if parser.kind != "end":
        raise ExpressionError(text, parser.at, f"{parser.value!r} is not expected here")
    if _height(tree) > MAX_HEIGHT:
        raise ExpressionError(text[:20] + "...", 0, f"has more than {MAX_HEIGHT} operations in a row")
    return tree


def _height(tree: Tree) -> int:
    """Levels of the tree, counted without recursion."""
    height, level = 0, [tree]
    while level:
        height += 1
        level = [arg for node in level if isinstance(node, Call) for arg in node.args]
    return height


class _Parser:
    """Recursive descent with one token of look-ahead; depth is bounded, so hostile nesting is an error, not a crash."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.next = text, 0, 0
        self.kind, self.value, self.suffix = "", "", ""
        self.advance()

    def advance(self) -> None:
        match = _TOKEN.match(self.text, self.next)
        if match is None:
            self.at = self.next
            rest = self.text[self.next :].strip()
            if rest:
                self.at = self.next + len(self.text[self.next :]) - len(self.text[self.next :].lstrip())
                raise ExpressionError(self.text, self.at, f"{rest[0]!r} is not part of the grammar")
            self.kind, self.value = "end", "the end"
            return
        self.kind = match.lastgroup if match.lastgroup != "suffix" else "number"  # type: ignore[assignment]
        self.value = match.group(self.kind)
        self.suffix = match.group("suffix") or ""
        self.at, self.next = match.start(self.kind), match.end()

    def take(self, *values: str) -> str | None:
        if self.kind == "op" and self.value in values:
            value = self.value
            self.advance()
            return value
        return None

    def sum(self, depth: int) -> Tree:
        if depth > MAX_DEPTH:
            raise ExpressionError(self.text, self.at, f"is nested deeper than {MAX_DEPTH}")
        tree = self.product(depth)
        while op := self.take("+", "-"):
            tree = Call(op, (tree, self.product(depth)))
        return tree

    def product(self, depth: int) -> Tree:
        tree = self.signed(depth)
        while op := self.take("*", "/"):
            tree = Call(op, (tree, self.signed(depth)))
        return tree

    def signed(self, depth: int) -> Tree:
        if depth > MAX_DEPTH:
            raise ExpressionError(self.text, self.at, f"is nested deeper than {MAX_DEPTH}")
        if self.take("-"):
            return Call("neg", (self.signed(depth + 1),))
        if self.take("+"):
            return self.signed(depth + 1)
        base = self.atom(depth)
        return Call("**", (base, self.signed(depth + 1))) if self.take("**") else base

    def atom(self, depth: int) -> Tree:
        if self.kind == "number":
            value = scaled(self.value, self.suffix)
            if not math.isfinite(value):
                raise ExpressionError(self.text, self.at, "number is too large")
            self.advance()
            return Number(value)
        if self.kind == "name":
            name, at = self.value, self.at
            self.advance()
            if self.take("("):
                return self.call(name, at, depth)
            return Number(CONSTANTS[name]) if name in CONSTANTS else Name(name)
        if self.take("("):
            tree = self.sum(depth + 1)
            if not self.take(")"):
                raise ExpressionError(self.text, self.at, "a ) is missing")
            return tree
        raise ExpressionError(self.text, self.at, f"a number, a name or ( is expected, not {self.value!r}")

    def call(self, name: str, at: int, depth: int) -> Tree:
        if name not in FUNCTIONS:
            raise ExpressionError(self.text, at, f"{name!r} is no function; known are {', '.join(sorted(FUNCTIONS))}")
        args = [self.sum(depth + 1)]
        while self.take(","):
            args.append(self.sum(depth + 1))
        if not self.take(")"):
            raise ExpressionError(self.text, self.at, "a ) is missing")
        arity = FUNCTIONS[name][0]
        if len(args) != arity:
            raise ExpressionError(self.text, at, f"{name} takes {arity} argument{'s' * (arity > 1)}, not {len(args)}")
        return Call(name, tuple(args))


@lru_cache(maxsize=4096)
def names(tree: Tree) -> frozenset[str]:
    """All names that `tree` refers to."""
    if isinstance(tree, Name):
        return frozenset((tree.name,))
    if isinstance(tree, Call):
        return frozenset().union(*(names(arg) for arg in tree.args))
    return frozenset()


def evaluate(tree: Tree, env: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]] | None = None) -> Any:
    """The value of `tree` with names from `env`.

    `functions` replaces the float functions by others of the same names (numpy's, for arrays). Raises KeyError for an
    unknown name and whatever the arithmetic raises (ZeroDivisionError, OverflowError, ValueError).
    """
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Name):
        return env[tree.name]
    args = [evaluate(arg, env, functions) for arg in tree.args]
    if tree.op in OPERATORS:
        return OPERATORS[tree.op](*args)
    return functions[tree.op](*args) if functions else FUNCTIONS[tree.op][1](*args)
