"""Our regular expressions agree with the usual ones, and refuse what they do not know."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import FeelError, matches

ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "[a-c]", r"\d", r"\w", r"\S", "^", "$"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("(?:{0[0]}|{0[1]})".format),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,}"])).map(
            "({0[0]}){0[1]}".format
        ),
    ),
    max_leaves=6,
)


def found(text, pattern, flags=""):
    return matches(text, pattern, flags, lambda _: None)


@settings(max_examples=500)
@given(PATTERNS, st.text("abc1 \n", max_size=6))
def test_a_pattern_matches_what_it_matches_elsewhere(pattern, text):
    usual = re.search(pattern.replace("$", r"\Z"), text, re.ASCII)

    assert found(text, pattern) is (usual is not None)


def test_flags_fold_letters_and_let_a_dot_match_line_ends():
    assert found("ĐẤT", "^đất$", "i")
    assert found("B", "[a-c]", "i")
    assert not found("a\nb", "a.b")
    assert found("a\nb", "a.b", "s")


def test_vietnamese_letters_are_word_characters():
    assert found("Đặng", r"^\w+$")


@pytest.mark.parametrize(
    "pattern",
    ["(", ")", "[", "[]", "*", "a**", "a{2", "a{3,2}", "a{999}", r"(a)\1", "(?=a)", "(?<!a)b",
     r"\p{Lx}", "[b-a]", "\\", "a{1}{1}x{", "(?P<n>a)"],
)  # fmt: skip
def test_what_is_no_pattern_here_is_refused(pattern):
    with pytest.raises(FeelError):
        found("a", pattern)


def test_a_flag_that_is_unknown_is_refused():
    with pytest.raises(FeelError, match="flags"):
        found("a", "a", "z")
