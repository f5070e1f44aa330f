"""The command line, thin over :mod:`comention.stages.walk`. People's text goes to stderr, data to stdout.

Exit codes: 0 done, 2 usage or configuration, 3 data or contract broken, 4 a service, the work directory
or the disk is not available now.
"""

from comention.cli import making, measuring, quoting, reading, sharing
from comention.cli.app import app, main

__all__ = ["app", "main", "making", "measuring", "quoting", "reading", "sharing"]
