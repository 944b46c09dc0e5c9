"""Records what TensorFlow does with the cases.

    python -m tests.parity.record [FAMILY or FOLDER ...]

Run it where TensorFlow is installed; without arguments it records every family. A family's file is
replaced as a whole, so cases that no longer exist drop out of it. The command prints which cases
changed: look at them before you commit.
"""

from __future__ import annotations

import argparse
import os
from typing import Any

from tests.parity import harness


def main() -> None:
    """Records the families and folders named on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.parity.record",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="FAMILY or FOLDER")
    names = parser.parse_args().names or harness.folders()
    families: list[str] = []
    for name in names:
        # A family may have its folder's name; the folder holds it, too.
        matching = harness.families(name) or [f for f in harness.families() if f == name]
        if not matching:
            parser.error(f"no such family or folder: {name}")
        families += matching
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    _trace_jvps_anew()
    for family in families:
        before = harness.load_recordings(family)
        outcomes = {}
        for case in harness.cases_of(family):
            _reset_logged_warnings()
            outcomes[case.name] = harness.run(case, tf)
        harness.save_recordings(family, tf.__version__, outcomes)
        _report(family, before, outcomes)


def _report(family: str, before: dict[str, Any], outcomes: dict[str, Any]) -> None:
    """Prints what changed in a family."""
    common = outcomes.keys() & before.keys()
    changes = {
        "new": outcomes.keys() - before.keys(),
        "gone": before.keys() - outcomes.keys(),
        "changed": {name for name in common if outcomes[name] != before[name]},
        "raise an error": {name for name, outcome in outcomes.items() if "error" in outcome},
    }
    print(f"{family}: {len(outcomes)} cases")
    for change, cases in changes.items():
        if cases:
            print(f"  {len(cases)} {change}: {_shortened(sorted(cases))}")


def _shortened(names: list[str]) -> str:
    return ", ".join(names[:40]) + (", ..." if len(names) > 40 else "")


def _trace_jvps_anew() -> None:
    # TensorFlow caches its traced JVP functions by the types of their arguments. Between nested
    # accumulators it then reuses one that leaves out what the outer accumulator should see.
    from tensorflow.python import pywrap_tfe
    from tensorflow.python.eager import forwardprop

    def dispatch(*arguments: Any) -> Any:
        forwardprop._jvp_function_cache.clear()
        return forwardprop._jvp_dispatch(*arguments)

    pywrap_tfe.TFE_Py_RegisterJVPFunction(dispatch)


def _reset_logged_warnings() -> None:
    # TensorFlow logs some warnings only the first few times; every case should see the first time.
    from tensorflow.python.platform import tf_logging

    tf_logging._log_counter_per_token.clear()


if __name__ == "__main__":
    main()
