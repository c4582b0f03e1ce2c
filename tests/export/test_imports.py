"""Heavy imports live inside functions: --help answers at once."""

import subprocess
import sys


def test_export_and_ask_are_imported_without_pandas_and_networkx() -> None:
    """Both take longer to import than a help text may take to appear."""
    code = (
        "import sys, adtrace.export, adtrace.relate.questions, adtrace.cli.ask, adtrace.cli.export; "
        "print([name for name in ('pandas', 'networkx', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
