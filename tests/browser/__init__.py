"""Tests in a real browser against the running product."""

import pytest

pytest.register_assert_rewrite("tests.browser.watching", "tests.browser.desks")
