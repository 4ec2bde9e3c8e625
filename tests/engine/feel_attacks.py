"""Attacks on the evaluator, and a process with little memory that runs them all.

``python -m tests.engine.feel_attacks`` prints one JSON list: name, outcome, CPU seconds.
"""

import json
import resource
import sys
from pathlib import Path
from time import process_time

from engine.feel import FeelError, parse, parse_script, parse_unary_tests

MEGABYTE = 1 << 20
ALLOWED = 150 * MEGABYTE

_SHARED = ", ".join(f"{chr(b + 1)}: [{chr(b)}, {chr(b)}]" for b in range(97, 121))
_DOUBLED = ", ".join(f"{chr(b + 1)}: {chr(b)} + {chr(b)}" for b in range(97, 121))
_MERGED = ", ".join(f"{chr(b + 1)}: concatenate({chr(b)}, {chr(b)})" for b in range(97, 121))
_REPLACED = "s"
for _ in range(12):
    _REPLACED = f'replace({_REPLACED}, "x", "xxxxxxxxxx")'
_TANGLED = "1"
for _ in range(40):
    _TANGLED = f"1 in (1 in ({_TANGLED})[1])[1]"

FEEL = {
    # reading
    "nested brackets": "(" * 3000 + "1" + ")" * 3000,
    "nested lists": "[" * 3000 + "]" * 3000,
    "nested contexts": "{a:" * 3000 + "1" + "}" * 3000,
    "nested ranges": "[" * 200 + "1..2" + "]" * 200,
    "nested if": "if true then " * 1000 + "1" + " else 2" * 1000,
    "nested for": "for x in " * 1000 + "[1]" + " return 1" * 1000,
    "nested some": "some x in [1] satisfies " * 1000 + "true",
    "nested functions": "function(x) " * 1000 + "1",
    "nested calls": "abs(" * 1000 + "1" + ")" * 1000,
    "nested tests": "1 in (" * 1000 + "1" + ")" * 1000,
    "nested filters": "a[" * 1000 + "1" + "]" * 1000,
    "nested types": "1 instance of " + "list<" * 1000 + "number" + ">" * 1000,
    "nested function types": "1 instance of " + "function<" * 1000 + ">",
    "tangled tests": _TANGLED,
    "open brackets": "(" * 19_000,
    "long chain": "+".join(["1"] * 5000),
    "long comparison": "=".join(["1"] * 5000),
    "long power": "**".join(["1"] * 5000),
    "long path": "a" + ".a" * 5000,
    "long filter chain": "a" + "[1]" * 5000,
    "long call chain": "a" + "()" * 5000,
    "long instance chain": "1" + " instance of number" * 900,
    "many minuses": "-" * 15_000 + "1",
    "many entries": "[" + ",".join(["1"] * 9000) + "]",
    "many arguments": "sum(" + ",".join(["1"] * 9000) + ")",
    "many blanks in a name": "{a" + " " * 19_000 + "b}",
    "unclosed text": '"' + "\\" * 19_001,
    "unclosed comment": "/*" * 9000,
    "long text": '"' + "a" * 30_000 + '"',
    "huge number": "1e999999999",
    "many digits": "9" * 19_000 + "e999999",
    # loops
    "long loop": "for i in 1..1000000000 return i",
    "endless loop": "for i in 1..1e6000 return i",
    "loops in loops": "for a in 1..9999, b in 1..9999, c in 1..9999 return 1",
    "loops that read loops": "for a in 1..9999 return for b in 1..9999 return a",
    "quantified loops": "some a in 1..9999, b in 1..9999 satisfies a + b < 0",
    "universal loops": "every a in 1..9999, b in 1..9999 satisfies a + b > 0",
    "costly body": "for a in 1..20000 return " + "+".join(["a"] * 140),
    "partial results": "for a in 1..20000 return count(partial)",
    "doubling partial results": "for a in 1..20000 return [partial, partial]",
    "date range": 'for d in date("0001-01-01")..date("9999-12-31") return d',
    "far date range": 'for d in @"-999999999-01-01"..@"999999999-12-31" return d',
    "range as a list": "for x in [1..999999999] return x",
    "filter over filter": "many[count(many[item > 1]) > 1]",
    "filter inside a loop": "for i in 1..20000 return many[item = i]",
    # data
    "string doubling": "{a: big, " + _DOUBLED + "}.y",
    "list doubling": "{a: many, " + _MERGED + "}.y",
    "joined texts": "for i in 1..20000 return string join(for j in 1..500 return s, s)",
    "copied texts": "for i in 1..20000 return substring(big, 2)",
    "upper case texts": "for i in 1..20000 return upper case(big)",
    "copied lists": "for i in 1..20000 return reverse(many)",
    "appended lists": "for i in 1..20000 return append(many, i)",
    "sorted lists": "for i in 1..20000 return sort(many)",
    "compared lists": "for i in 1..20000 return many = many",
    "lists in lists": "for i in 1..20000 return many",
    "distinct values": "distinct values(for i in 1..20000 return i)",
    "duplicate values": "duplicate values(many)",
    "union": "union(for i in 1..20000 return i)",
    "index of": "for i in 1..20000 return index of(many, i)",
    "list contains": "for i in 1..20000 return list contains(many, -1)",
    "inserted lists": "for i in 1..20000 return insert before(many, 1, i)",
    "partitions": "for i in 1..20000 return partition(many, 1)",
    "merged contexts": "for i in 1..20000 return context merge([wide, {k: i}])",
    "put contexts": 'for i in 1..20000 return context put(wide, "k", i)',
    "context entries": "for i in 1..20000 return get entries(wide)",
    "shared lists": "{a: [1, 1], " + _SHARED + "}",
    "shared lists written": "string({a: [1, 1], " + _SHARED + "}.y)",
    "shared lists flattened": "flatten({a: [1, 1], " + _SHARED + "}.y)",
    "shared lists compared": "{a: [1, 1], " + _SHARED + ", same: y = y}.same",
    "shared lists typed": "{a: [1, 1], "
    + _SHARED
    + ", t: y instance of "
    + "list<" * 18
    + "number"
    + ">" * 18
    + "}.t",
    "deep data": "deep",
    "deep data written": "string(deep)",
    "replaced texts": _REPLACED,
    "split texts": 'for i in 1..20000 return split(big, "a")',
    # numbers
    "powers": "for i in 1..20000 return 1.000001 ** 123456.789",
    "logarithms": "for i in 1..20000 return log(exp(i))",
    "roundings": "for i in 1..20000 return decimal(1 / 3, 6000)",
    "deviation": "for i in 1..20000 return stddev(many)",
    # patterns
    "long pattern": 'matches("a", "' + "a" * 600 + '")',
    "counted pattern": 'matches(big, "((a{100}){100}){100}")',
    "heavy matching": 'for i in 1..20000 return matches(big, "(a|aa)*b$")',
    "heavy replacing": 'for i in 1..20000 return replace(big, "a", "b")',
    # functions
    "recursion": "{f: function(n) f(n + 1), r: f(1)}.r",
    "recursion of two": "{f: function(n) g(n), g: function(n) f(n), r: f(1)}.r",
    "doubling recursion": "{f: function(n) [f(n + 1), f(n + 1)], r: f(1)}.r",
    "a function given itself": "{f: function(g) g(g), r: f(f)}.r",
    "sorting by recursion": "{f: function(a, b) count(sort([1, 2], f)) > 0, r: f(1, 2)}.r",
    "shadowed built-in": "{not: function(x) not(x), r: not(true)}.r",
    "sorting by loops": "sort(many, function(a, b) count(many[item = a]) > b)",
    "replacing by loops": "list replace(many, function(a, b) some x in many satisfies x < 0, 1)",
    "a function as result": "function(x) x",
    "a range as result": "[1..2]",
    # reaching out
    "dunder name": "__import__",
    "dunder path": "x.__class__.__mro__",
    "dunder key": '{"__class__": 1}.__class__',
    "dunder entry": "{__class__: 1}",
    "import": '__import__("os").system("id")',
    "open": 'open("/etc/passwd")',
    "external function": 'function(x) external {java: {class: "java.lang.Math"}}',
}
JUEL = {
    "nested juel": "${" + "(" * 3000 + "1" + ")" * 3000 + "}",
    "nested choices": "${" + "a ? 1 : " * 2000 + "1}",
    "long juel chain": "${" + "+".join(["1"] * 5000) + "}",
    "many juel signs": "${" + "!" * 5000 + "a}",
    "many pieces": "${a}" * 4900 + "${",
    "class of a bean": "${''.getClass().forName('java.lang.Runtime')}",
    "static method": "${T(java.lang.Runtime).getRuntime()}",
    "service": "${runtimeService.deleteProcessInstance(1)}",
    "juel dunder": "${x.__class__}",
    "juel doubling": "${" + " + ".join(["big"] * 40) + "}",
    "replacement by juel": "${big.contains(many.get(big))}",
}
PYTHON = {
    "python nesting": "(" * 1900 + "1" + ")" * 1900,
    "python list nesting": "[" * 1900 + "]" * 1900,
    "python minus": "-" * 3000 + "1",
    "python chain": "+".join(["1"] * 1900),
    "python attribute": "().__class__.__bases__",
    "python format": '"{0.__class__}".format(x)',
    "python lambda": "(lambda: 1)()",
    "python getattr": 'getattr(x, "key")',
    "python walrus": "(y := 5)",
    "python range": "[x for x in range(10**10)]",
    "python nested sums": "sum([sum([1 for b in range(20000)]) for a in range(20000)])",
    "python join": '"x".join([big for i in range(20000)])',
    "python replace": 'big.replace("a", big)',
    "python null byte": "a\0b",
    "python await": "await x",
}
SCRIPTS = {
    "script import": "import os",
    "script while": "while True: pass",
    "script def": "def f(): pass",
    "script del": "del x",
    "script loops": "x=[]\nfor i in range(20000):\n  for j in range(20000):\n    x.append(1)",
    "script doubling": 'x="aaaaaaaaaa"\n' + "x = x + x\n" * 60,
    "script lists": "x=[1]\n" + "x = [x, x]\n" * 60,
    "script keys": "d={}\nfor i in range(20000): d[str(i)] = 1",
    "script dunder": "x.__class__ = 1",
    "script nesting": "".join(" " * i + "if a:\n" for i in range(60)) + " " * 60 + "b = 1",
}
TESTS = {
    "cell of tests": ",".join(["1"] * 9000),
    "nested not": "not(" * 3000 + "1" + ")" * 3000,
    "cell with a loop": "count(for a in 1..9999, b in 1..9999 return ?) > ?",
}
COUNT = len(FEEL) + len(JUEL) + len(PYTHON) + len(SCRIPTS) + len(TESTS)


def variables() -> dict[str, object]:
    """Return what the attacks may read."""
    deep: list[object] = []
    for _ in range(400):
        deep = [deep]
    return {
        "s": "x" * 100,
        "big": "a" * 100_000,
        "many": list(range(10_000)),
        "wide": {f"k{i}": i for i in range(5_000)},
        "a": [[1]],
        "x": sys,
        "deep": deep,
    }


def main() -> None:
    """Run every attack with little more memory than is in use now; print what came of each."""
    given = variables()
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + ALLOWED, size + ALLOWED))
    attacks = [(name, "feel", text) for name, text in FEEL.items()]
    attacks += [(name, "juel", text) for name, text in JUEL.items()]
    attacks += [(name, "python", text) for name, text in PYTHON.items()]
    attacks += [(name, "script", text) for name, text in SCRIPTS.items()]
    attacks += [(name, "tests", text) for name, text in TESTS.items()]
    print(json.dumps([outcome(*attack, given) for attack in attacks]))  # noqa: T201


def outcome(name: str, dialect: str, text: str, given: dict[str, object]) -> list[object]:
    """Return the attack's name, the code of the error it ended in, and its CPU seconds."""
    begin = process_time()
    try:
        _evaluate(dialect, text, given)
        code = "no error"
    except FeelError as error:
        code = error.code
    except BaseException as error:  # noqa: BLE001  (whatever escapes is what we look for)
        code = f"escaped: {type(error).__name__}"
    return [name, code, round(process_time() - begin, 3)]


def _evaluate(dialect: str, text: str, given: dict[str, object]) -> object:
    if dialect == "script":
        return parse_script(text, "python").evaluate(given)
    if dialect == "tests":
        return parse_unary_tests(text).matches(1, given)
    return parse(text, dialect).evaluate(given)


if __name__ == "__main__":
    main()
