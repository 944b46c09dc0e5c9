"""On a machine with an accelerator, the programs of the documents print what is shown, too."""

from tests.unit.test_docstrings import test_examples  # noqa: F401
from tests.unit.test_guide import (
    test_programs_print_what_the_guide_shows,  # noqa: F401
    test_recipes_follow_tensorflow,  # noqa: F401
)
from tests.unit.test_readme import test_programs_print_what_is_shown  # noqa: F401
from tests.unit.test_tutorials import (
    test_step_prints_what_tensorflow_prints,  # noqa: F401
    test_training_follows_tensorflow,  # noqa: F401
)
