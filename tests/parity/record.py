"""Records what TensorFlow does: `python -m tests.parity.record [family ...]`, all by default.

Run it where TensorFlow is installed. A family's file is written anew, cases that are gone drop
out; what changed is printed, to be looked at before it is committed.
"""

from __future__ import annotations

import argparse
import os

from tests.parity import harness


def main() -> None:
    """Records the families named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity.record", description=__doc__)
    parser.add_argument("families", nargs="*", metavar="family", help=", ".join(harness.families()))
    names = parser.parse_args().families or harness.families()
    unknown = sorted(set(names) - set(harness.families()))
    if unknown:
        parser.error(f"no such family: {', '.join(unknown)}")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    _make_tangents_anew()
    for family in names:
        before = harness.load_recordings(family)
        outcomes = {}
        for case in harness.cases_of(family):
            _forget_logged_warnings()
            outcomes[case.name] = harness.run(case, tf)
        harness.save_recordings(family, tf.__version__, outcomes)
        new, gone = outcomes.keys() - before.keys(), before.keys() - outcomes.keys()
        changed = {
            name for name in outcomes.keys() & before.keys() if outcomes[name] != before[name]
        }
        raised = {name for name, outcome in outcomes.items() if "error" in outcome}
        print(f"{family}: {len(outcomes)} cases")
        news = {"new": new, "gone": gone, "changed": changed, "raise an error": raised}
        for word, which in news.items():
            if which:
                print(f"  {len(which)} {word}: {_listed(sorted(which))}")


def _listed(names: list[str]) -> str:
    return ", ".join(names[:40]) + (", ..." if len(names) > 40 else "")


def _make_tangents_anew() -> None:
    # TensorFlow keeps its traced functions of tangents by the types of their arguments, and between
    # nested accumulators takes up one that leaves out what the outer one should see.
    from tensorflow.python import pywrap_tfe
    from tensorflow.python.eager import forwardprop

    def dispatch(*arguments):
        forwardprop._jvp_function_cache.clear()
        return forwardprop._jvp_dispatch(*arguments)

    pywrap_tfe.TFE_Py_RegisterJVPFunction(dispatch)


def _forget_logged_warnings() -> None:
    # TensorFlow logs some warnings only the first few times; each case shall see the first time.
    from tensorflow.python.platform import tf_logging

    tf_logging._log_counter_per_token.clear()


if __name__ == "__main__":
    main()
