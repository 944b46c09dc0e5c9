"""The command `tf-tape`: one module per subcommand, and `commands`, which reads the arguments."""

from .commands import main as main
