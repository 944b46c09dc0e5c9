"""Poolings of every rank, and blocks of space."""

from __future__ import annotations

from .. import windows
from ..draw import Draw
from . import Recipe
from .networks import seeded


def _dtype(draw: Draw, kinds: str = "fi") -> str:
    return draw.dtype(kinds) if draw.chance(0.4) else "float32"


_FORMS = {1: "one single inner", 2: "one single inner all", 3: "one single inner all"}


def _pooled(draw: Draw, rank: int, dtype: str, explicit: bool) -> str:
    """The arguments of a pooling: the input, ksize, strides, padding, data_format."""
    first = windows.first(draw)
    channels = draw.integer(1, 4)
    x = draw.tensor(dtype, windows.image(draw, rank, first, channels, high=7 if rank < 3 else 4))
    if rank == 2 and draw.chance(0.05):  # windows over channels
        depth = draw.integer(1, 3)
        around = [1, depth, 1, 1] if first else [1, 1, 1, depth]
        sizes = strides = repr(around)
    else:
        sizes = windows.moves(draw, rank, first, 3, forms=_FORMS[rank])
        strides = windows.moves(draw, rank, first, 3, forms=_FORMS[rank])
    padding = windows.padding(draw, rank, first, explicit)
    if "'VALID'" in padding and min(draw.inputs[x]["shape"][1:]) < 3:
        draw.inputs[x]["kind"] = "array"  # TensorFlow's gradient is uninitialized memory
    return f"{x}, {sizes}, {strides}, {padding}{windows.data_format(draw, rank, first)}"


def _pool_of(name: str, rank: int) -> Recipe:
    def recipe(draw: Draw) -> str:
        largest = name.startswith("max")
        count = rank or draw.choice([1, 2, 2, 3])
        dtype = _dtype(draw, "fi" if largest else "f")
        explicit = largest and count < 3
        return f"tf.nn.{name}({_pooled(draw, count, dtype, explicit)})"

    return recipe


def _max_pool_with_argmax(draw: Draw) -> str:
    dtype = _dtype(draw)
    x = draw.tensor(dtype, windows.image(draw, 2, False, draw.integer(1, 3), high=6))
    sizes = windows.moves(draw, 2, False, 3, forms=_FORMS[2])
    strides = windows.moves(draw, 2, False, 3, forms=_FORMS[2])
    rest = windows.data_format(draw, 2, False, 0.1)
    rest += draw.maybe(f", output_dtype=tf.{draw.choice(['int32', 'int64', 'int16'])}", 0.3)
    rest += draw.maybe(", include_batch_in_index=True", 0.3)
    padding = windows.padding(draw, 2, False, explicit=False)
    return f"tf.nn.max_pool_with_argmax({x}, {sizes}, {strides}, {padding}{rest})"


def _pool(draw: Draw) -> str:
    rank, first = draw.choice([1, 2, 2, 3]), windows.first(draw)
    kind = draw.choice(["'MAX'", "'AVG'"]) if draw.chance(0.98) else "'SUM'"
    dtype = _dtype(draw, "fi" if kind == "'MAX'" else "f")
    x = draw.tensor(dtype, windows.image(draw, rank, first, 2, high=8 if rank < 3 else 5))
    window = [draw.integer(2, 3) for _ in range(rank)]
    rest = ""
    if draw.chance(0.5):
        rest += f", strides={windows.moves(draw, rank, first, 2, forms='inner')}"
    elif draw.chance(0.6):
        rest += f", dilations={windows.moves(draw, rank, first, 3, forms='inner')}"
    padding = windows.padding(draw, rank, first, explicit=rank == 2 and kind == "'MAX'")
    rest += draw.maybe(f", padding={padding}", 0.8)
    rest += windows.data_format(draw, rank, first)
    return f"tf.nn.pool({x}, {window}, {kind}{rest})"


def _fractional(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype = draw.choice(["float32", "float32", "float64", "int32", "int64"])
        x = draw.tensor(
            dtype, windows.image(draw, 2, False, draw.integer(1, 2), low=3, high=9), -3, 3
        )
        ratio = [round(draw.random.uniform(1, 2.5), 2) for _ in range(2)]
        if draw.chance(0.05):
            ratio[0] = draw.choice([0.5, 1.0, 20.0])
        text = draw.choice([repr(ratio[0]), repr([1.0, *ratio, 1.0]), repr([1.0, *ratio, 1.0])])
        if draw.chance(0.05):
            text = draw.choice([repr(ratio), "[1.0, 1.5, 1.5, 2.0]", "'a'", "[1.5]"])
        rest = draw.maybe(", pseudo_random=True", 0.4) + draw.maybe(", overlapping=True", 0.4)
        seed = draw.integer(1, 1000)
        return seeded(draw, f"tf.nn.{name}({x}, {text}{rest}, seed={seed})")

    return recipe


def _depth_to_space(draw: Draw) -> str:
    dtype, block, first = draw.dtype("ficb"), draw.integer(2, 3), draw.chance(0.1)
    depth = block * block * draw.integer(1, 2) + (1 if draw.chance(0.05) else 0)
    x = draw.tensor(dtype, windows.image(draw, 2, first, depth, high=3))
    if draw.chance(0.05):
        block = draw.choice([0, 1, -1, 5])
    return f"tf.nn.depth_to_space({x}, {block}{windows.data_format(draw, 2, first)})"


def _space_to_depth(draw: Draw) -> str:
    dtype, block, first = draw.dtype("ficb"), draw.integer(2, 3), draw.chance(0.1)
    sizes = [block * draw.integer(1, 2) for _ in range(2)]
    if draw.chance(0.05):
        sizes[0] += 1
    shape = windows.arranged(sizes, first, draw.integer(0, 2), draw.integer(1, 2))
    x = draw.tensor(dtype, shape)
    if draw.chance(0.05):
        block = draw.choice([0, 1, -1, 5])
    return f"tf.nn.space_to_depth({x}, {block}{windows.data_format(draw, 2, first)})"


def _space_to_batch(draw: Draw) -> str:
    rank, dtype = draw.integer(1, 3), draw.dtype("ficbs")
    blocks = [draw.integer(1, 3) for _ in range(rank)]
    sizes = [block * draw.integer(1, 2) for block in blocks]
    pairs = []
    for i, block in enumerate(blocks):
        before = draw.integer(0, 2)
        after = (-before) % block
        sizes[i] += draw.choice([0, 0, 0, 1]) if draw.chance(0.1) else 0
        pairs.append([before, after])
    shape = [draw.integer(0, 2), *sizes, *draw.shape(0, 2)]
    if draw.chance(0.05):
        blocks[0] = draw.choice([0, -1])
    x = draw.tensor(dtype, shape)
    blocks_text = draw.choice([repr(blocks), f"tf.constant({blocks})", f"np.array({blocks})"])
    pairs_text = draw.choice([repr(pairs), f"tf.constant({pairs}, tf.int64)"])
    function = draw.choice(["nn.space_to_batch", "space_to_batch"])
    return f"tf.{function}({x}, {blocks_text}, {pairs_text})"


def _batch_to_space(draw: Draw) -> str:
    rank, dtype = draw.integer(1, 3), draw.dtype("ficbs")
    blocks = [draw.integer(1, 2) for _ in range(rank)]
    batch = draw.integer(0, 2)
    for block in blocks:
        batch *= block
    sizes = [draw.integer(1, 3) for _ in blocks]
    crops = [[draw.integer(0, 1), draw.integer(0, 1)] if draw.flag() else [0, 0] for _ in blocks]
    if draw.chance(0.05):
        batch += 1
    x = draw.tensor(dtype, [batch, *sizes, *draw.shape(0, 2)])
    blocks_text = draw.choice([repr(blocks), f"tf.constant({blocks})"])
    crops_text = draw.choice([repr(crops), f"tf.constant({crops}, tf.int64)"])
    return f"tf.batch_to_space({x}, {blocks_text}, {crops_text})"


_RANKS = {"pool": 0, "pool1d": 1, "pool2d": 2, "pool3d": 3}

RECIPES: dict[str, Recipe] = {
    **{
        f"nn.{kind}_{name}": _pool_of(f"{kind}_{name}", rank)
        for kind in ("max", "avg")
        for name, rank in _RANKS.items()
    },
    "nn.max_pool_with_argmax": _max_pool_with_argmax,
    "nn.pool": _pool,
    "nn.fractional_max_pool": _fractional("fractional_max_pool"),
    "nn.fractional_avg_pool": _fractional("fractional_avg_pool"),
    "nn.depth_to_space": _depth_to_space,
    "nn.space_to_depth": _space_to_depth,
    "nn.space_to_batch": _space_to_batch,
    "batch_to_space": _batch_to_space,
}
