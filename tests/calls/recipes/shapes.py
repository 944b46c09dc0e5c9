"""Functions that make, reshape, join, cut and move tensors."""

from __future__ import annotations

import numpy as np

from ..draw import Draw
from . import Recipe


def _any(draw: Draw, low: int = 0, high: int = 3, kinds: str = "ficbs") -> tuple[str, list[int]]:
    shape = draw.shape(low, high)
    return draw.tensor(draw.dtype(kinds), shape), shape


def _reshape(draw: Draw) -> str:
    x, shape = _any(draw)
    count = int(np.prod(shape))
    options = [[count], [-1], [1, -1], [-1, 1], [*shape[::-1]], [*shape, 1], [2, -1], shape]
    if count == 1:
        options.append([])
    target = draw.choice(options)
    if target and draw.chance(0.1):
        target = [*target]
        target[0] = draw.integer(-2, 4)
    return f"tf.reshape({x}, {draw.integers(target)})"


def _transpose(draw: Draw) -> str:
    x, shape = _any(draw, 0, 4)
    perm = draw.random.sample(range(len(shape)), len(shape))
    if perm and draw.chance(0.1):
        perm[0] = draw.integer(-1, len(shape))
    given = draw.choice([f", {draw.integers(perm)}", f", perm={perm}", ""])
    return f"tf.transpose({x}{given}{draw.maybe(', conjugate=True', 0.2)})"


def _expand_dims(draw: Draw) -> str:
    x, shape = _any(draw)
    axis = draw.integer(-len(shape) - 1, len(shape))
    if draw.chance(0.1):
        axis = draw.choice([len(shape) + 1, -len(shape) - 2])
    return f"tf.expand_dims({x}, {draw.integers(axis, 0.8)})"


def _squeeze(draw: Draw) -> str:
    shape = [1 if draw.flag() else draw.size() for _ in range(draw.integer(0, 4))]
    x = draw.tensor(draw.dtype("ficbs"), shape)
    ones = [i - draw.choice([0, len(shape)]) for i, n in enumerate(shape) if n == 1]
    axis = draw.choice([repr(ones), repr(ones[:1]), "None", draw.axis(len(shape))])
    return f"tf.squeeze({x}{draw.maybe(f', axis={axis}', 0.7)})"


def _joined(name: str, new_axis: bool) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype = draw.dtype("ficbs")
        shape = draw.shape(0 if new_axis else 1)
        rank = len(shape)
        axis = draw.integer(-rank - new_axis, rank - 1 + new_axis)
        if draw.chance(0.05):
            axis = rank + 2
        parts = []
        for _ in range(draw.integer(1, 4)):
            own = list(shape)
            if not new_axis and -rank <= axis < rank:
                own[axis] = draw.size()
            parts.append(draw.tensor(dtype, own))
        if name == "concat" and draw.chance(0.1):
            return f"tf.concat([{', '.join(parts)}], axis={draw.integers(axis, 0.3)})"
        return f"tf.{name}([{', '.join(parts)}], {axis})"

    return recipe


def _parallel_stack(draw: Draw) -> str:
    dtype, shape = draw.dtype("ficb"), draw.shape()
    parts = [draw.tensor(dtype, shape) for _ in range(draw.integer(1, 3))]
    return f"tf.parallel_stack([{', '.join(parts)}])"


def _split(draw: Draw) -> str:
    shape = draw.shape(1, 3)
    axis = draw.integer(0, len(shape) - 1)
    sizes = [draw.size() for _ in range(draw.integer(1, 4))]
    if draw.flag():
        pieces = draw.integer(1, 3)
        shape[axis] = pieces * draw.integer(0, 2) + draw.chance(0.1)
        given = repr(pieces)
    else:
        shape[axis] = sum(sizes) + draw.chance(0.1)
        if draw.chance(0.3):
            sizes[draw.integer(0, len(sizes) - 1)] = -1
        given = draw.integers(sizes)
    x = draw.tensor(draw.dtype("ficbs"), shape)
    axis -= draw.choice([0, len(shape)])
    return f"tf.split({x}, {given}, axis={axis}{draw.maybe(f', num={len(sizes)}', 0.1)})"


def _unstack(draw: Draw) -> str:
    x, shape = _any(draw, 1)
    axis = draw.axis(len(shape))
    num = draw.maybe(f", num={draw.choice(shape)}", 0.3)
    return f"tf.unstack({x}{num}, axis={axis})"


def _tile(draw: Draw) -> str:
    x, shape = _any(draw)
    times = [draw.integer(0, 3) if draw.chance(0.9) else -1 for _ in shape]
    return f"tf.tile({x}, {draw.integers(times)})"


def _repeat(draw: Draw) -> str:
    x, shape = _any(draw)
    axis = draw.axis(len(shape), none=True)
    count = int(np.prod(shape))
    if axis != "None" and shape:
        place = int(axis)
        count = shape[place] if -len(shape) <= place < len(shape) else 1
    repeats = draw.choice([2, 0, [2], [draw.integer(0, 3) for _ in range(count)]])
    return f"tf.repeat({x}, {draw.integers(repeats)}, axis={axis})"


def _roll(draw: Draw) -> str:
    x, shape = _any(draw, 1)
    if draw.flag():
        return f"tf.roll({x}, {draw.integer(-7, 7)}, {draw.axis(len(shape))})"
    axes = [draw.integer(-len(shape), len(shape) - 1) for _ in range(draw.integer(1, 3))]
    shifts = [draw.integer(-7, 7) for _ in axes]
    return f"tf.roll({x}, {draw.integers(shifts)}, {draw.integers(axes)})"


def _reverse(draw: Draw) -> str:
    x, shape = _any(draw)
    axes = draw.random.sample(range(len(shape)), draw.integer(0, len(shape)))
    axes = [axis - draw.choice([0, len(shape)]) for axis in axes]
    if draw.chance(0.1):
        axes.append(0)
    return f"tf.reverse({x}, {draw.integers(axes)})"


def _pad(draw: Draw) -> str:
    x, shape = _any(draw, 0, 3, "ficb")
    mode = draw.choice(["CONSTANT", "CONSTANT", "REFLECT", "SYMMETRIC", "reflect"])
    paddings = [[draw.integer(0, 2), draw.integer(0, 2)] for _ in shape]
    if paddings and draw.chance(0.05):
        paddings[0][0] = draw.choice([-1, 9])
    paddings_text = draw.integers(paddings) if paddings else "np.zeros([0, 2], np.int32)"
    constant = draw.maybe(f", constant_values={draw.choice(['1', '0', '2.5'])}", 0.3)
    return f"tf.pad({x}, {paddings_text}{draw.maybe(f', mode={mode!r}')}{constant})"


def _broadcast_to(draw: Draw) -> str:
    shape = draw.shape(0, 4)
    own = [1 if draw.chance(0.3) else n for n in shape[draw.integer(0, len(shape)) :]]
    x = draw.tensor(draw.dtype("ficbs"), own)
    if shape and draw.chance(0.1):
        shape[-1] += 1
    return f"tf.broadcast_to({x}, {draw.integers(shape)})"


def _fill(draw: Draw) -> str:
    return f"tf.fill({draw.integers(draw.shape())}, {draw.tensor(draw.dtype('ficbs'), [])})"


def _filled(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        shape = draw.choice([draw.integers(draw.shape()), f"tf.TensorShape({draw.shape()})", "3"])
        dtype = draw.maybe(f", tf.{draw.dtype('ficb')}", 0.7)
        return f"tf.{name}({shape}{dtype})"

    return recipe


def _like(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        x, _ = _any(draw, kinds="ficb")
        return f"tf.{name}({x}, dtype=tf.{draw.dtype('ficb')})"

    return recipe


def _eye(draw: Draw) -> str:
    columns = draw.maybe(f", num_columns={draw.integer(0, 4)}")
    batch = draw.maybe(f", batch_shape={draw.integers(draw.shape(0, 2))}", 0.4)
    dtype = draw.maybe(f", dtype=tf.{draw.dtype('ficb')}")
    return f"tf.eye({draw.integers(draw.integer(0, 4), 0.8)}{columns}{batch}{dtype})"


def _linspace(draw: Draw) -> str:
    dtype = draw.dtype("Ffi")
    shape = draw.shape(0, 2)
    start, stop = (draw.tensor(dtype, draw.broadcast(shape) if draw.chance(0.1) else shape)
                   for _ in range(2))  # fmt: skip
    if draw.chance(0.2):
        start, stop = "0.0", "2.0"
        shape = []
    axis = draw.maybe(f", axis={draw.integer(-len(shape) - 1, len(shape))}")
    return f"tf.linspace({start}, {stop}, {draw.integers(draw.integer(0, 5), 0.8)}{axis})"


def _range(draw: Draw) -> str:
    def bound(low: int, high: int) -> str:
        if draw.chance(0.3):
            return str(draw.integer(low, high) + draw.choice([0.5, 0.25, 0.0]))
        if draw.chance(0.2):
            return draw.tensor(draw.dtype("nf"), [], low, high)
        return str(draw.integer(low, high))

    arguments = [bound(-3, 4)]
    if draw.flag():
        arguments.append(bound(-4, 8))
        if draw.flag():
            arguments.append(bound(-2, 3))
    dtype = draw.maybe(f", dtype=tf.{draw.dtype('fi')}", 0.3)
    return f"tf.range({', '.join(arguments)}{dtype})"


def _meshgrid(draw: Draw) -> str:
    dtype = draw.dtype("ficb")
    parts = [draw.tensor(dtype, draw.shape(0, 1)) for _ in range(draw.integer(1, 3))]
    indexing = draw.maybe(f", indexing={draw.choice(['xy', 'ij', 'k'])!r}")
    return f"tf.meshgrid({', '.join(parts)}{indexing})"


def _one_hot(draw: Draw) -> str:
    shape = draw.shape(0, 2)
    x = draw.tensor(draw.choice(["int32", "int64", "uint8", "int8"]), shape, -1, 4)
    depth = draw.integers(draw.integer(0, 4), 0.8)
    dtype = draw.dtype("ficbs")
    options = ""
    if draw.flag():
        options += f", on_value={draw.tensor(dtype, [])}"
    if draw.flag():
        options += f", off_value={draw.tensor(dtype, [])}"
    options += draw.maybe(f", axis={draw.integer(-1, len(shape))}")
    options += draw.maybe(f", dtype=tf.{dtype}")
    return f"tf.one_hot({x}, {depth}{options})"


def _sequence_mask(draw: Draw) -> str:
    x = draw.tensor(draw.choice(["int32", "int64", "uint8", "float32"]), draw.shape(0, 2), -1, 5)
    maxlen = draw.maybe(f", maxlen={draw.integers(draw.integer(0, 5), 0.8)}")
    dtype = f", dtype=tf.{draw.dtype('bfics')}"
    return f"tf.sequence_mask({x}{maxlen}{draw.maybe(dtype)})"


def _reverse_sequence(draw: Draw) -> str:
    shape = draw.shape(2, 3)
    batch, along = draw.random.sample(range(len(shape)), 2)
    lengths = [draw.integer(0, shape[along]) for _ in range(shape[batch])]
    if lengths and draw.chance(0.1):
        lengths[0] = draw.choice([-1, shape[along] + 1])
    x = draw.tensor(draw.dtype("ficb"), shape)
    return (
        f"tf.reverse_sequence({x}, {draw.integers(lengths)}, seq_axis={along}, batch_axis={batch})"
    )


def _space_to_batch(draw: Draw) -> str:
    blocks = [draw.integer(1, 3) for _ in range(draw.integer(1, 2))]
    paddings = [[draw.integer(0, 2), draw.integer(0, 2)] for _ in blocks]
    shape = [draw.size()]
    for block, (before, after) in zip(blocks, paddings, strict=True):
        size = block * draw.integer(1, 3) - before - after
        shape.append(max(size, 0) + draw.chance(0.05))
    shape += draw.shape(0, 1)
    x = draw.tensor(draw.dtype("ficb"), shape)
    name = draw.choice(["space_to_batch", "nn.space_to_batch", "space_to_batch_nd"])
    return f"tf.{name}({x}, {draw.integers(blocks)}, {draw.integers(paddings)})"


def _slice(draw: Draw) -> str:
    x, shape = _any(draw)
    begin = [draw.integer(0, n) for n in shape]
    size = [draw.choice([-1, draw.integer(0, n - b)]) for n, b in zip(shape, begin, strict=True)]
    if size and draw.chance(0.1):
        size[0] += draw.choice([-2, 5])
    return f"tf.slice({x}, {draw.integers(begin)}, {draw.integers(size)})"


def _index(draw: Draw, size: int) -> str:
    def bound() -> str:
        return "" if draw.chance(0.4) else str(draw.integer(-size - 2, size + 2))

    kind = draw.integer(0, 9)
    if kind < 3:
        low, high = (-size, size - 1) if size and draw.chance(0.93) else (-size - 1, size)
        return str(draw.integer(low, high))
    if kind == 3:
        return draw.choice([f"tf.constant({draw.integer(0, max(size - 1, 0))})", f"np.int64({0})"])
    step = draw.choice(["", ":1", ":2", ":-1", ":-2", ":-1", ":3", ":0"][: 7 + draw.chance(0.2)])
    return f"{bound()}:{bound()}{step}"


def _getitem(draw: Draw) -> str:
    x, shape = _any(draw, 0, 4)
    draw.inputs[x]["kind"] = draw.choice(["tensor", "tensor", "variable"])
    parts = [_index(draw, size) for size in shape[: draw.integer(0, len(shape))]]
    if draw.chance(0.3):
        parts.insert(draw.integer(0, len(parts)), "...")
    for _ in range(2):
        if draw.chance(0.2):
            parts.insert(draw.integer(0, len(parts)), "tf.newaxis")
    if draw.chance(0.05):
        parts.append(draw.choice(["0", "1.0", "'a'", "[0]", "True", "..."]))
    if not parts:
        parts = ["..."]
    return f"{x}[{', '.join(parts)}]"


def _masked_getitem(draw: Draw) -> str:
    x, shape = _any(draw, 1)
    mask = draw.tensor("bool", shape[: draw.integer(1, len(shape))])
    draw.inputs[x]["kind"] = draw.choice(["tensor", "tensor", "variable"])
    return f"{x}[{mask}]"


def _strided_slice(draw: Draw) -> str:
    x, shape = _any(draw)
    rank = len(shape)
    begin = [draw.integer(-n - 1, n) for n in shape]
    end = [draw.integer(-n - 1, n + 1) for n in shape]
    strides = [draw.choice([1, 1, 2, -1, -2]) for _ in shape]
    masks = ""
    for mask in ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"):
        if draw.chance(0.25):
            bits = 1 << draw.integer(0, rank) if "ellipsis" in mask else draw.integer(0, 7)
            masks += f", {mask}={bits}"
    given = draw.maybe(f", {draw.integers(strides)}", 0.7)
    return f"tf.strided_slice({x}, {draw.integers(begin)}, {draw.integers(end)}{given}{masks})"


def _boolean_mask(draw: Draw) -> str:
    x, shape = _any(draw, 1)
    start = draw.integer(0, len(shape) - 1)
    if draw.flag():
        start = 0
    mask = draw.tensor("bool", shape[start : draw.integer(start, len(shape))])
    axis = f", axis={start}" if start or draw.chance(0.2) else ""
    return f"tf.boolean_mask({x}, {mask}{axis})"


def _broadcast_shapes(name: str, form: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        shape = draw.shape()
        other = draw.broadcast(shape)
        if other and draw.chance(0.1):
            other[0] += 1
        if form:
            return f"tf.{name}({form.format(shape)}, {form.format(other)})"
        return f"tf.{name}({draw.integers(shape, 0.3)}, {draw.integers(other, 0.3)})"

    return recipe


def _shape(draw: Draw) -> str:
    x, _ = _any(draw)
    name = draw.choice(["shape", "size"])
    return f"tf.{name}({x}, out_type=tf.{draw.choice(['int32', 'int64', 'float32'])})"


def _shape_n(draw: Draw) -> str:
    parts = [draw.tensor(dtype, draw.shape()) for dtype in [draw.dtype("fi")] * draw.integer(1, 3)]
    return f"tf.shape_n([{', '.join(parts)}]{draw.maybe(', out_type=tf.int64')})"


def _bitcast(draw: Draw) -> str:
    x, _ = _any(draw, kinds="fic")
    target = draw.dtype("ficb")
    return f"tf.bitcast({x}, tf.{target})"


def _ensure_shape(draw: Draw) -> str:
    x, shape = _any(draw)
    wanted = [None if draw.chance(0.3) else n for n in shape]
    if draw.chance(0.1):
        wanted.append(1)
    return f"tf.ensure_shape({x}, {wanted})"


def _constant(draw: Draw) -> str:
    shape = draw.shape()
    x = draw.tensor(draw.dtype("ficbs"), shape)
    draw.inputs[x]["kind"] = draw.choice(["array", "list", "tensor"])
    dtype = draw.maybe(f", dtype=tf.{draw.dtype('ficbs')}")
    target = draw.choice([shape[::-1], [int(np.prod(shape))], [2, 2]])
    shape_text = draw.maybe(f", shape={target}", 0.4)
    name = draw.choice(["constant", "constant", "convert_to_tensor", "Variable"])
    return f"tf.{name}({x}{dtype}{shape_text if name == 'constant' else ''})"


def _literal(draw: Draw) -> str:
    numbers = ["1", "0", "True", "2.5", "1j", "-3", "2**31", "2**63", "'a'", "b'b'", "None",
               "np.float32(1.5)", "np.int8(3)", "tf.constant(1)", "tf.constant(1.5)"]  # fmt: skip

    def nested(depth: int) -> str:
        if depth == 0 or draw.chance(0.3):
            return draw.choice(numbers[:4] if draw.flag() else numbers)
        items = [nested(depth - 1) for _ in range(draw.integer(0, 3))]
        return f"[{', '.join(items)}]"

    dtype = draw.maybe(f", tf.{draw.dtype('ficbs')}")
    name = draw.choice(["constant", "convert_to_tensor", "stack", "Variable"])
    return f"tf.{name}({nested(2)}{dtype if name != 'stack' else ''})"


def _required_paddings(draw: Draw) -> str:
    blocks = [draw.integer(1, 4) for _ in range(draw.integer(1, 3))]
    sizes = [draw.integer(0, 6) for _ in blocks]
    base = [[draw.integer(0, 2), draw.integer(0, 2)] for _ in blocks]
    given = draw.maybe(f", {draw.integers(base)}")
    return (
        f"tf.required_space_to_batch_paddings({draw.integers(sizes)}, "
        f"{draw.integers(blocks)}{given})"
    )


RECIPES: dict[str, Recipe] = {
    "reshape": _reshape,
    "transpose": _transpose,
    "expand_dims": _expand_dims,
    "squeeze": _squeeze,
    "concat": _joined("concat", False),
    "stack": _joined("stack", True),
    "parallel_stack": _parallel_stack,
    "split": _split,
    "unstack": _unstack,
    "tile": _tile,
    "repeat": _repeat,
    "roll": _roll,
    "reverse": _reverse,
    "pad": _pad,
    "broadcast_to": _broadcast_to,
    "fill": _fill,
    "zeros": _filled("zeros"),
    "ones": _filled("ones"),
    "ones_like of dtype": _like("ones_like"),
    "zeros_like of dtype": _like("zeros_like"),
    "eye": _eye,
    "linspace": _linspace,
    "range": _range,
    "meshgrid": _meshgrid,
    "one_hot": _one_hot,
    "sequence_mask": _sequence_mask,
    "reverse_sequence": _reverse_sequence,
    "space_to_batch": _space_to_batch,
    "slice": _slice,
    "getitem": _getitem,
    "getitem of a mask": _masked_getitem,
    "strided_slice": _strided_slice,
    "boolean_mask": _boolean_mask,
    "broadcast_dynamic_shape": _broadcast_shapes("broadcast_dynamic_shape", ""),
    "broadcast_static_shape": _broadcast_shapes("broadcast_static_shape", "tf.TensorShape({})"),
    "shape and size of a type": _shape,
    "shape_n": _shape_n,
    "bitcast": _bitcast,
    "ensure_shape": _ensure_shape,
    "constant": _constant,
    "constant of literals": _literal,
    "required_space_to_batch_paddings": _required_paddings,
}
