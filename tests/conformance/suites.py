"""The suites that can be run, by the name the command line knows them under."""

from tests.conformance import dmn_tck
from tests.conformance.verdicts import Suite

SUITES: dict[str, Suite] = {
    "dmn-tck": dmn_tck.verdicts,
}
