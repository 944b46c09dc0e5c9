"""Runs the code of `tf-tape` in a process that does not load torch.

Loading and unloading torch takes seconds, too long for each small test program.
"""

import sys
import types
from pathlib import Path

PACKAGE = "tf_tape_compat"

bare = types.ModuleType(PACKAGE)
bare.__path__ = [str(Path(__file__).parents[2] / PACKAGE)]
sys.modules[PACKAGE] = bare

from tf_tape_compat import _api, _cli  # noqa: E402

bare.__getattr__, bare.__dir__ = _api.namespace(PACKAGE)

sys.exit(_cli.main())
