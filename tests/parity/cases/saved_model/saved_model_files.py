"""SavedModels in files: those that TensorFlow wrote, and those that this package wrote."""

from tests.parity.case_helpers.saved_models import BUILDERS, FOLDER, OF_TENSORFLOW, outcome
from tests.parity.harness import tolerance


def _loaded(writer, name):
    return tolerance(rtol=1e-4, atol=1e-4)(lambda tf: outcome(tf, name, FOLDER / writer))


CASES = {
    f"{name} of {writer}": _loaded(writer, name)
    for writer in ("tensorflow", "here")
    for name in (OF_TENSORFLOW if writer == "tensorflow" else BUILDERS)
}
