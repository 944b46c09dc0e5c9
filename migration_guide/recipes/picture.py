"""Draws the pictures of the recipes: `python RECIPE.py --plot FILE.svg`.

matplotlib is needed with --plot only.
"""

import sys
from contextlib import contextmanager


def wanted() -> bool:
    """Whether the program was called with --plot FILE."""
    return "--plot" in sys.argv[1:-1]


@contextmanager
def axes(columns=1, width=3.2, height=3.0, rows=1):
    """Yields `rows * columns` empty axes, and saves them to the file that --plot names.

    Yields the axes alone if there is only one, and an array of them otherwise.
    """
    import matplotlib

    matplotlib.use("Agg")  # draws to files, without a window or display
    matplotlib.rcParams.update(
        {"svg.hashsalt": "recipes", "font.size": 9}
    )  # the same file each time
    import matplotlib.pyplot as plt

    figure, grid = plt.subplots(rows, columns, figsize=(width * columns, height * rows))
    yield grid
    figure.tight_layout()
    path = sys.argv[sys.argv.index("--plot") + 1]
    figure.savefig(path, dpi=110, metadata={"Date" if path.endswith(".svg") else "Software": None})
    plt.close(figure)
