"""Plots the loss of a training run, for the tutorials in this folder."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # draws to files, without a window or display

import matplotlib.pyplot as plt


def save(losses, title, path):
    """Plots `losses`, one per step, to a PNG file at `path`."""
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.plot(losses)
    axes.set(title=title, xlabel="step", ylabel="loss")
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, format="png")
    plt.close(figure)
    print("picture:", Path(path).name)
