"""Convolutions, their transposes, and morphology."""

from __future__ import annotations

from .. import windows
from ..draw import Draw
from . import Recipe


def _dtype(draw: Draw) -> str:
    return draw.dtype("f") if draw.chance(0.4) else "int32" if draw.chance(0.05) else "float32"


def _numbers(draw: Draw, dtype: str, shape: list[int]) -> str:
    """Finite numbers: kernels differ in whether infinity and NaN are multiplied by the padding."""
    return draw.tensor(dtype, shape, -3, 3)


def settled(recipe: Recipe) -> Recipe:
    """A recipe that takes no gradient where there may be no window.

    Without a window, TensorFlow's gradient is uninitialized memory.
    """

    def settled_recipe(draw: Draw) -> str:
        code = recipe(draw)
        inputs = list(draw.inputs.values())
        image, *others = inputs
        small = "VALID" in code and any(
            min(image["shape"][1:], default=0) < 3 * max(other["shape"][:-2]) for other in others
        )
        if small or any(0 in item["shape"] for item in inputs):
            for item in inputs:
                if item["kind"] != "list":
                    item["kind"] = "array"
        return code

    return settled_recipe


def _filter(draw: Draw, rank: int, channels: int, new: int, high: int = 3) -> list[int]:
    sizes = [draw.integer(1, high) for _ in range(rank)]
    return [*sizes, channels, new]


def _of_rank(rank: int) -> Recipe:
    """tf.nn.conv1d, conv2d, conv3d."""

    def recipe(draw: Draw) -> str:
        dtype, first = _dtype(draw), windows.first(draw)
        groups = 2 if draw.chance(0.08) else 1
        channels = draw.integer(1, 3)
        shape = windows.image(draw, rank, first, channels * groups, high=6 if rank < 3 else 4)
        if draw.chance(0.1):
            shape = [draw.integer(0, 2), *shape]
        x = _numbers(draw, dtype, shape)
        new = draw.integer(1, 2) * groups
        kernel = _numbers(draw, dtype, _filter(draw, rank, channels, new))
        forms = {1: "one single inner", 2: "one single inner all", 3: "all"}[rank]
        strides = windows.moves(draw, rank, first, forms=forms)
        padding = windows.padding(draw, rank, first, explicit=rank == 2)
        dilations = ""
        if draw.chance(0.2):
            dilations = f", dilations={windows.moves(draw, rank, first, 2, forms=forms)}"
        order = windows.data_format(draw, rank, first)
        return f"tf.nn.conv{rank}d({x}, {kernel}, {strides}, {padding}{order}{dilations})"

    return recipe


def _sizes(size: int, kernel: int, stride: int, padding: str) -> int:
    return -(-size // stride) if padding == "SAME" else max(0, -(-(size - kernel + 1) // stride))


def _transpose(rank: int, name: str) -> Recipe:
    """tf.nn.conv1d_transpose and so on: from a result's shape to its input's."""

    def recipe(draw: Draw) -> str:
        dtype, first = _dtype(draw), windows.first(draw)
        channels, new = draw.integer(1, 3), draw.integer(1, 3)
        kernel = [draw.integer(1, 3) for _ in range(rank)]
        sizes = [draw.integer(kernel[i], 6 if rank < 3 else 4) for i in range(rank)]
        strides = [draw.integer(1, 3)] * rank
        if draw.chance(0.3):
            strides = [draw.integer(1, 3) for _ in range(rank)]
        if rank == 1 or draw.chance(0.4):
            strides = [strides[0]] * rank
        padding = draw.choice(["SAME", "VALID"])
        counts = [_sizes(*each, padding) for each in zip(sizes, kernel, strides, strict=True)]
        written = repr(padding)
        if name == "conv2d_transpose" and draw.chance(0.15):
            pairs = [[draw.integer(0, 1), draw.integer(0, 1)] for _ in range(rank)]
            counts = [
                max(0, -(-(size + sum(pair) - reach + 1) // stride))
                for size, pair, reach, stride in zip(sizes, pairs, kernel, strides, strict=True)
            ]
            around = [[0, 0], [0, 0]]
            pairs = [*around, *pairs] if first else [around[0], *pairs, around[1]]
            written = repr(pairs)
        batch = 0 if draw.chance(0.05) else draw.integer(1, 2)
        shape = windows.arranged(sizes, first, batch, new)
        if draw.chance(0.05):
            shape[draw.integer(0, rank + 1)] += draw.choice([-1, 1, -10])
        x = _numbers(draw, dtype, windows.arranged(counts, first, batch, channels))
        weight = _numbers(draw, dtype, [*kernel, new, channels])
        forms = [repr(strides), repr(windows.arranged(strides, first, 1, 1))]
        if len(set(strides)) == 1:
            forms += [repr(strides[0]), repr(strides[:1])]
        order = windows.data_format(draw, rank, first)
        result = draw.choice(
            [repr(shape), repr(tuple(shape)), f"tf.constant({shape})", f"np.array({shape})"]
        )
        if draw.chance(0.1):
            result = draw.choice([repr(shape[:-1]), repr(sizes), f"tf.constant({shape}, tf.int64)"])
        dilations = draw.maybe(f", dilations={draw.choice([1, 2, [1], [1] * (rank + 2)])}", 0.1)
        if draw.chance(0.3) and written == "'SAME'":
            written = ""
        padding = f", padding={written}" if written else ""
        rest = f"{draw.choice(forms)}{padding}{order}{dilations}"
        return f"tf.nn.{name}({x}, {weight}, {result}, {rest})"

    return recipe


def _conv_transpose(draw: Draw) -> str:
    return _transpose(draw.choice([1, 2, 2, 3]), "conv_transpose")(draw)


def _convolution(draw: Draw) -> str:
    rank, dtype, first = draw.choice([1, 2, 2, 3]), _dtype(draw), windows.first(draw)
    channels = draw.integer(1, 2)
    shape = windows.image(draw, rank, first, channels, high=7 if rank < 3 else 4)
    if draw.chance(0.08):
        shape = [2, *shape]
    x = _numbers(draw, dtype, shape)
    kernel = _numbers(draw, dtype, _filter(draw, rank, channels, draw.integer(1, 2), 3))
    rest = ""
    if draw.chance(0.4):
        rest += f", strides={windows.moves(draw, rank, first, forms='one single inner all')}"
    padding = windows.padding(draw, rank, first, explicit=rank == 2)
    rest += draw.maybe(f", padding={padding}", 0.7)
    if draw.chance(0.5):
        rest += f", dilations={windows.moves(draw, rank, first, 2, forms='one single inner all')}"
    return f"tf.nn.convolution({x}, {kernel}{rest}{windows.data_format(draw, rank, first)})"


def _depthwise(draw: Draw) -> tuple[str, list[int], str, bool]:
    """Input, shape, the arguments behind the filters, whether channels come first."""
    dtype, first = _dtype(draw), windows.first(draw)
    shape = windows.image(draw, 2, first, draw.integer(1, 3), high=7)
    x = _numbers(draw, dtype, shape)
    dilate = draw.chance(0.25)
    strides = windows.moves(draw, 2, first, 1 if dilate else 3, equal=draw.chance(0.9), forms="all")
    rest = f", {strides}, {windows.padding(draw, 2, first, not dilate)}"
    if dilate:
        rest += f", dilations={windows.moves(draw, 2, first, 3, forms='inner')}"
    order = windows.data_format(draw, 2, first, 0.2)
    return x, shape, rest + order, first


def _depthwise_conv2d(draw: Draw) -> str:
    x, shape, rest, first = _depthwise(draw)
    dtype = draw.inputs[x]["dtype"]
    kernel = _filter(draw, 2, shape[1 if first else 3], draw.integer(1, 2))
    return f"tf.nn.depthwise_conv2d({x}, {_numbers(draw, dtype, kernel)}{rest})"


def _separable_conv2d(draw: Draw) -> str:
    x, shape, rest, first = _depthwise(draw)
    dtype, channels, factor = draw.inputs[x]["dtype"], shape[1 if first else 3], draw.integer(1, 2)
    one = _numbers(draw, dtype, _filter(draw, 2, channels, factor))
    other = _numbers(draw, dtype, [1, 1, channels * factor, draw.integer(1, 4)])
    return f"tf.nn.separable_conv2d({x}, {one}, {other}{rest})"


def _backprop(name: str) -> Recipe:
    """tf.nn.depthwise_conv2d_backprop_input and _filter."""

    def recipe(draw: Draw) -> str:
        dtype, first = _dtype(draw), windows.first(draw)
        channels, factor = draw.integer(1, 3), draw.integer(1, 2)
        kernel, stride = [draw.integer(1, 3), draw.integer(1, 3)], draw.integer(1, 2)
        sizes = [draw.integer(kernel[0], 5), draw.integer(kernel[1], 5)]
        padding = draw.choice(["SAME", "VALID"])
        batch = 0 if name == "input" and draw.chance(0.05) else draw.integer(1, 2)
        counts = [
            _sizes(size, reach, stride, padding) for size, reach in zip(sizes, kernel, strict=True)
        ]
        shape = windows.arranged(sizes, first, batch, channels)
        filter_shape = [*kernel, channels, factor]
        if draw.chance(0.05):
            shape[draw.integer(0, 3)] += 1
        result = _numbers(draw, dtype, windows.arranged(counts, first, batch, channels * factor))
        if name == "input":
            first_two = f"{draw.choice([repr(shape), f'tf.constant({shape})'])}, "
            first_two += _numbers(draw, dtype, filter_shape)
        else:
            first_two = f"{_numbers(draw, dtype, shape)}, {filter_shape}"
        strides = windows.arranged([stride, stride], first, 1, 1)
        rest = windows.data_format(draw, 2, first, 0.2)
        rest += draw.maybe(", dilations=[1, 1, 1, 1]", 0.1)
        return (
            f"tf.nn.depthwise_conv2d_backprop_{name}({first_two}, {result}, {strides}, "
            f"{padding!r}{rest})"
        )

    return recipe


def _atrous_conv2d(draw: Draw) -> str:
    dtype, channels = _dtype(draw), draw.integer(1, 2)
    x = _numbers(draw, dtype, windows.image(draw, 2, False, channels, high=8))
    kernel = _numbers(draw, dtype, _filter(draw, 2, channels, draw.integer(1, 2)))
    rate = draw.choice(["1", "2", "3", "[1, 2]", "0", "tf.constant(2)"])
    padding = windows.padding(draw, 2, False, explicit=draw.chance(0.3))
    return f"tf.nn.atrous_conv2d({x}, {kernel}, {rate}, {padding})"


def _atrous_conv2d_transpose(draw: Draw) -> str:
    dtype, channels, new = _dtype(draw), draw.integer(1, 2), draw.integer(1, 2)
    kernel, rate = [draw.integer(1, 3), draw.integer(1, 3)], draw.integer(1, 3)
    sizes = [draw.integer((reach - 1) * rate + 1, 8) for reach in kernel]
    padding = draw.choice(["SAME", "VALID"])
    counts = [
        _sizes(size, (reach - 1) * rate + 1, 1, padding)
        for size, reach in zip(sizes, kernel, strict=True)
    ]
    batch = draw.integer(1, 2)
    shape = [batch, *sizes, new]
    if draw.chance(0.05):
        shape[draw.integer(0, 3)] += 1
    x = _numbers(draw, dtype, [batch, *counts, channels])
    weight = _numbers(draw, dtype, [*kernel, new, channels])
    result = draw.choice([repr(shape), f"tf.constant({shape})"])
    return f"tf.nn.atrous_conv2d_transpose({x}, {weight}, {result}, {rate}, {padding!r})"


def _morphology(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype = draw.dtype("fi") if draw.chance(0.4) else "float32"
        channels = draw.integer(1, 3)
        x = _numbers(draw, dtype, windows.image(draw, 2, False, channels))
        kernel = _numbers(draw, dtype, [*(draw.integer(1, 3) for _ in range(2)), channels])
        strides = windows.moves(draw, 2, False, 3, forms="all")
        dilations = windows.moves(draw, 2, False, 2, forms="all")
        padding = windows.padding(draw, 2, False, explicit=False)
        order = "'NHWC'" if draw.chance(0.95) else draw.choice(["'NCHW'", "None"])
        return f"tf.nn.{name}({x}, {kernel}, {strides}, {padding}, {order}, {dilations})"

    return recipe


def _with_space_to_batch(draw: Draw) -> str:
    dtype, channels = _dtype(draw), draw.integer(1, 2)
    x = _numbers(draw, dtype, windows.image(draw, 2, False, channels, high=8))
    kernel = [draw.integer(1, 3), draw.integer(1, 3)]
    weight = _numbers(draw, dtype, [*kernel, channels, 2])
    rate = windows.moves(draw, 2, False, 3, forms="inner")
    padding = draw.choice(["'SAME'", "'VALID'"])
    op = f"lambda x, blocks, padding: tf.nn.conv2d(x, {weight}, 1, padding)"
    rest = f", filter_shape={kernel}" if padding == "'SAME'" or draw.flag() else ""
    rest += draw.maybe(", spatial_dims=[1, 2]", 0.3)
    return f"tf.nn.with_space_to_batch({x}, {rate}, {padding}, {op}{rest})"


_CONVOLUTIONS: dict[str, Recipe] = {
    **{f"nn.conv{rank}d": _of_rank(rank) for rank in (1, 2, 3)},
    **{
        f"nn.conv{rank}d_transpose": _transpose(rank, f"conv{rank}d_transpose")
        for rank in (1, 2, 3)
    },
    "nn.conv_transpose": _conv_transpose,
    "nn.convolution": _convolution,
    "nn.depthwise_conv2d": _depthwise_conv2d,
    "nn.separable_conv2d": _separable_conv2d,
    "nn.depthwise_conv2d_backprop_input": _backprop("input"),
    "nn.depthwise_conv2d_backprop_filter": _backprop("filter"),
    "nn.atrous_conv2d": _atrous_conv2d,
    "nn.atrous_conv2d_transpose": _atrous_conv2d_transpose,
    "nn.with_space_to_batch": _with_space_to_batch,
}
RECIPES: dict[str, Recipe] = {
    **{name: settled(recipe) for name, recipe in _CONVOLUTIONS.items()},
    "nn.dilation2d": _morphology("dilation2d"),
    "nn.erosion2d": _morphology("erosion2d"),
}
