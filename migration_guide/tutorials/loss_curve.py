"""Draws the loss of a training run, for the tutorials beside this file."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # pictures go to files: no window, no display needed

import matplotlib.pyplot as plt


def save(losses, title, path):
    """Write the curve of `losses`, one for each step, as a PNG file at `path`."""
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.plot(losses)
    axes.set(title=title, xlabel="step", ylabel="loss")
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, format="png")
    plt.close(figure)
    print("picture:", Path(path).name)
