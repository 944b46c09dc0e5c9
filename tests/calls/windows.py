"""Random data formats, strides and paddings, for recipes of convolutions and poolings."""

from __future__ import annotations

from .draw import Draw

FORMATS = {
    1: ("NWC", "NCW"),
    2: ("NHWC", "NCHW"),
    3: ("NDHWC", "NCDHW"),
}


def first(draw: Draw) -> bool:
    """Whether channels come first, which few CPU kernels support."""
    return draw.chance(0.08)


def arranged(inner: list[int], channels_first: bool, batch: int, channels: int) -> list[int]:
    """A size or stride for each dimension of a tensor."""
    return [batch, channels, *inner] if channels_first else [batch, *inner, channels]


def data_format(draw: Draw, rank: int, channels_first: bool, likely: float = 0.3) -> str:
    """An argument `data_format` with the comma before it, or an empty string."""
    if draw.chance(0.02):
        return f", data_format={draw.choice(['None', repr('NCHW'), repr('NWHC'), '2'])}"
    if channels_first:
        return f", data_format={FORMATS[rank][1]!r}"
    return draw.maybe(f", data_format={FORMATS[rank][0]!r}", likely)


def moves(
    draw: Draw,
    rank: int,
    channels_first: bool,
    high: int = 3,
    equal: bool = False,
    forms: str = "one inner all",
) -> str:
    """Strides, dilations or window sizes.

    They are a single number, numbers for the inner dimensions, or numbers for all dimensions:
    `forms` says which of these the function accepts. Now and then the form or a number is invalid.
    """
    inner = [draw.integer(1, high)] * rank
    if not equal and draw.chance(0.4):
        inner = [draw.integer(1, high) for _ in range(rank)]
    if draw.chance(0.03):
        inner[draw.integer(0, rank - 1)] = draw.choice([0, -1, 0, 100])
    form = draw.choice(forms.split())
    if draw.chance(0.05):
        form = draw.choice(["one", "single", "inner", "all", "outer", "longer", "numbers"])
    if form == "one":
        return repr(inner[0])
    if form == "single":
        return repr(inner[:1])
    if form == "inner":
        return repr(tuple(inner) if draw.chance(0.2) else inner)
    if form == "outer":
        return repr(arranged(inner, channels_first, draw.integer(1, 2), draw.integer(1, 2)))
    if form == "longer":
        return repr([*arranged(inner, channels_first, 1, 1), 1])
    if form == "numbers":
        return draw.choice([f"np.array({inner})", f"tf.constant({inner})", repr(f"{inner[0]}")])
    return repr(arranged(inner, channels_first, 1, 1))


def padding(draw: Draw, rank: int, channels_first: bool, explicit: bool = True) -> str:
    """A padding: a name, or pairs of numbers if the function accepts them."""
    if draw.chance(0.02):
        return draw.choice(["'EXPLICIT'", "'same'", "None", "[1, 1]", "1", "b'SAME'"])
    if explicit and draw.chance(0.25) or draw.chance(0.02):
        pairs = [[draw.integer(0, 2), draw.integer(0, 2)] for _ in range(rank)]
        outer = [[0, 0], [0, 0]]
        if draw.chance(0.05):
            outer[draw.integer(0, 1)] = [1, 0]
        if draw.chance(0.03):
            pairs[0] = [-1, 1]
        all_pairs = [outer[0], *pairs, outer[1]]
        if channels_first:
            all_pairs = [*outer, *pairs]
        return repr(all_pairs[: rank + 1] if draw.chance(0.03) else all_pairs)
    return draw.choice(["'SAME'", "'VALID'"])


def image(
    draw: Draw, rank: int, channels_first: bool, channels: int, low: int = 1, high: int = 6
) -> list[int]:
    """The shape of a batch of images, or of its one- or three-dimensional counterpart."""
    sizes = [draw.integer(low, high) for _ in range(rank)]
    if draw.chance(0.03):
        sizes[draw.integer(0, rank - 1)] = 0
    batch = 0 if draw.chance(0.05) else draw.integer(1, 2)
    return arranged(sizes, channels_first, batch, channels)
