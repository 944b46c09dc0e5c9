"""`tf-tape` without the operations: the command's own code, in a process that loads no torch.

Loading torch and taking it down again takes seconds, which are not for each small program.
"""

import sys
import types
from pathlib import Path

PACKAGE = "tf_tape_compat"

bare = types.ModuleType(PACKAGE)
bare.__path__ = [str(Path(__file__).parent.parent / PACKAGE)]
sys.modules[PACKAGE] = bare

from tf_tape_compat import _api, _cli  # noqa: E402

bare.__getattr__, bare.__dir__ = _api.namespace(PACKAGE)

sys.exit(_cli.main())
