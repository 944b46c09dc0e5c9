"""Embeddings, the largest elements, CTC, and losses of sampled candidates."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..draw import Draw
from . import Recipe
from .networks import seeded

# -- embeddings ---------------------------------------------------------------------------------


def _params(draw: Draw, rows: int, inner: list[int], dtype: str) -> tuple[str, int]:
    """The parameters' text, in one part or more, and how many rows they have."""
    parts = draw.choice([1, 1, 1, 2, 3])
    if parts == 1:
        return draw.tensor(dtype, [rows, *inner]), rows
    names = [draw.tensor(dtype, [rows // parts + (i < rows % parts), *inner]) for i in range(parts)]
    for name in names:
        draw.inputs[name]["kind"] = draw.choice(["tensor", "variable"])
    return f"[{', '.join(names)}]", rows


def _embedding_lookup(draw: Draw) -> str:
    dtype, inner = draw.dtype("F"), draw.shape(0, 2)
    params, rows = _params(draw, draw.integer(1, 5), inner, dtype)
    high = rows - 1 if draw.chance(0.95) else rows + 1
    ids = draw.tensor(draw.dtype("n"), draw.shape(0, 2), 0, high)
    norm = draw.maybe(f", max_norm={draw.choice(['1.0', '2', '0.5', 'None'])}", 0.4)
    return f"tf.nn.embedding_lookup({params}, {ids}{norm})"


def _sparse_of(
    indices: list[list[int]], values: Sequence[float], dtype: str, shape: list[int]
) -> str:
    return (
        f"tf.SparseTensor(np.array({indices}, 'int64').reshape(-1, 2), "
        f"tf.constant({values}, tf.{dtype}), {shape})"
    )


def _sparse_lookup(name: str) -> Recipe:
    safe = name == "safe_embedding_lookup_sparse"

    def recipe(draw: Draw) -> str:
        dtype = draw.choice(["float32", "float32", "float64", "float16"])
        inner = draw.shape(1, 2)
        params, count = _params(draw, draw.integer(1, 5), inner, dtype)
        rows, columns = draw.integer(1, 4), draw.integer(1, 3)
        places = sorted(draw.random.sample(range(rows * columns), draw.integer(0, rows * columns)))
        if draw.chance(0.7) and not safe:
            places = sorted({*places, *(row * columns for row in range(rows))})
        indices = [[place // columns, place % columns] for place in places]
        low = -1 if safe and draw.chance(0.4) else 0
        high = count - 1 if draw.chance(0.95) else count + 1
        kind = draw.dtype("n")
        ids = _sparse_of(indices, draw.numbers(kind, len(places), low, high), kind, [rows, columns])
        weights = "None"
        if draw.flag():
            numbers = draw.numbers(dtype, len(places), -0.5 if safe else 0.1, 2)
            weights = _sparse_of(indices, numbers, dtype, [rows, columns])
        rest = draw.maybe(f", combiner={draw.choice(['mean', 'sum', 'sqrtn', 'max'])!r}", 0.7)
        rest += draw.maybe(f", max_norm={draw.choice(['1.0', '2'])}", 0.3)
        if safe:
            rest += draw.maybe(f", default_id={draw.integer(0, count - 1)}", 0.3)
        return f"tf.nn.{name}({params}, {ids}, {weights}{rest})"

    return recipe


# -- the largest --------------------------------------------------------------------------------


def _top_k(draw: Draw) -> str:
    shape = draw.shape(1, 3) if draw.chance(0.97) else []
    x = draw.tensor(draw.dtype("fi"), shape, -3, 3)
    k = draw.integer(0 if draw.chance(0.05) else 1, max(1, shape[-1]) if shape else 1)
    text = draw.choice([str(k), f"tf.constant({k})", f"k={k}"])
    if draw.chance(0.05):
        text = draw.choice(["-1", "9", "1.5", "[1]", "tf.constant(1, tf.int64)"])
    rest = draw.maybe(f", sorted={draw.choice(['True', 'False'])}", 0.2) if k == 1 else ""
    rest += draw.maybe(f", index_type=tf.{draw.choice(['int64', 'int16', 'int32'])}", 0.3)
    function = draw.choice(["nn.top_k", "math.top_k"])
    return f"tf.{function}({x}{draw.maybe(f', {text}', 0.9)}{rest})"


def _in_top_k(draw: Draw) -> str:
    rows, classes = draw.integer(0, 4), draw.integer(1, 5)
    predictions = draw.tensor("float32", [rows, classes])
    targets = draw.tensor(draw.dtype("n"), [rows], -1 if draw.chance(0.2) else 0, classes)
    k = draw.choice(["1", "2", "3", "0", "9", "tf.constant(2)", "-1", "tf.constant(1, tf.int64)"])
    function = draw.choice(["nn.in_top_k", "math.in_top_k"])
    return f"tf.{function}({targets}, {predictions}, {k})"


def _approximate(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        shape = draw.shape(1, 3, empty=False)
        axis = draw.integer(0, len(shape) - 1)
        numbers = [i + 0.5 for i in range(math.prod(shape))]
        draw.random.shuffle(numbers)
        x = draw.tensor(draw.choice(["float32", "float16", "bfloat16"]), shape, values=numbers)
        rest = f", reduction_dimension={draw.choice([axis, axis - len(shape)])}"
        rest += draw.maybe(", recall_target=0.9", 0.3)
        return f"tf.nn.{name}({x}, {draw.integer(1, shape[axis])}{rest})"

    return recipe


# -- CTC ----------------------------------------------------------------------------------------


def _labels(draw: Draw, batch: int, width: int, classes: int) -> list[list[int]]:
    return [[draw.integer(1, classes - 1) for _ in range(width)] for _ in range(batch)]


def _ctc_loss(draw: Draw) -> str:
    time, batch, classes = draw.integer(1, 6), draw.integer(1, 3), draw.integer(2, 5)
    width = draw.integer(1, 3)
    major = draw.chance(0.7)
    shape = [time, batch, classes] if major else [batch, time, classes]
    logits = draw.tensor(draw.choice(["float32", "float32", "float64", "float16"]), shape, -3, 3)
    lengths = [draw.integer(0, time) for _ in range(batch)]
    blank = draw.choice(["0", "0", "None", "-1", f"{classes - 1}"])
    labels = _labels(draw, batch, width, classes)
    if blank != "0":
        labels = [[label - 1 for label in row] for row in labels]
    widths = [draw.integer(0, width) for _ in range(batch)]
    if draw.chance(0.3):
        indices = [[i, j] for i in range(batch) for j in range(widths[i])]
        values = [labels[i][j] for i, j in indices]
        text = _sparse_of(indices, values, "int32", [batch, width])
        label_length = draw.choice(["None", repr(widths)])
    else:
        padded = [
            [label if j < widths[i] else 0 for j, label in enumerate(row)]
            for i, row in enumerate(labels)
        ]
        text = f"tf.constant({padded}, tf.{draw.choice(['int32', 'int64'])})"
        label_length = draw.choice([repr(widths), f"tf.constant({widths})"])
    rest = "" if blank == "None" and draw.flag() else f", blank_index={blank}"
    rest += "" if major else ", logits_time_major=False"
    if draw.chance(0.15):
        rest += f", unique=tf.nn.ctc_unique_labels({text})" if "Sparse" not in text else ""
    return f"tf.nn.ctc_loss({text}, {logits}, {label_length}, {lengths}{rest})"


def _ctc_inputs(draw: Draw, *types: str) -> str:
    time, batch, classes = draw.integer(1, 5), draw.integer(1, 3), draw.integer(2, 4)
    x = draw.tensor(draw.choice(types), [time, batch, classes], -3, 3)
    lengths = [draw.integer(0, time) for _ in range(batch)]
    if draw.chance(0.05):
        lengths[0] = time + 1
    return f"{x}, {lengths}"


def _greedy(draw: Draw) -> str:
    rest = draw.maybe(", merge_repeated=False") + draw.maybe(
        f", blank_index={draw.choice(['0', '1', '-1', '9'])}"
    )
    return f"tf.nn.ctc_greedy_decoder({_ctc_inputs(draw, 'float32', 'float64')}{rest})"


def _beam(draw: Draw) -> str:
    width = draw.integer(1, 8)
    rest = draw.maybe(f", beam_width={width}")
    rest += draw.maybe(f", top_paths={draw.integer(1, min(width, 3))}")
    return f"tf.nn.ctc_beam_search_decoder({_ctc_inputs(draw, 'float32')}{rest})"


def _collapse(draw: Draw) -> str:
    batch, width = draw.integer(1, 3), draw.integer(1, 6)
    labels = draw.tensor(draw.dtype("n"), [batch, width], 0, 2)
    lengths = [draw.integer(0, width) for _ in range(batch)]
    return f"tf.nn.collapse_repeated({labels}, {lengths})"


def _unique(draw: Draw) -> str:
    labels = draw.tensor(draw.dtype("n"), [draw.integer(1, 3), draw.integer(1, 5)], 0, 3)
    return f"tf.nn.ctc_unique_labels({labels})"


# -- candidates ---------------------------------------------------------------------------------


def _true_classes(draw: Draw, high: int) -> tuple[str, int]:
    rows, count = draw.integer(1, 3), draw.integer(1, 2)
    return draw.tensor("int64", [rows, count], 0, high - 1), count


def _sampler(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        high = draw.integer(3, 12)
        true, count = _true_classes(draw, high)
        unique = draw.flag()
        sampled = draw.integer(1, high if unique else 8)
        if draw.chance(0.05):
            sampled = draw.choice([0, high + 1])
        rest = draw.maybe(f", seed={draw.integer(0, 99)}")
        last = "" if name == "all_candidate_sampler" else f", {high}"
        if not last:
            sampled = high
        if name == "fixed_unigram_candidate_sampler":
            weights = [draw.integer(1, 9) for _ in range(high)]
            rest += f", unigrams={weights}" + draw.maybe(", distortion=0.5", 0.4)
            if draw.chance(0.2):
                rest = rest.replace(str(weights), str(weights[2:])) + ", num_reserved_ids=2"
                sampled = min(sampled, high - 2)
        call = f"tf.random.{name}({true}, {count}, {sampled}, {unique}{last}{rest})"
        return seeded(draw, call)

    return recipe


def _accidental(draw: Draw) -> str:
    true, count = _true_classes(draw, 6)
    sampled = draw.tensor("int64", [draw.integer(1, 5)], 0, 5)
    return f"tf.nn.compute_accidental_hits({true}, {sampled}, {count})"


def _sampled_loss(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype = draw.choice(["float32", "float32", "float64"])
        classes, width, batch, count = (
            draw.integer(4, 8),
            draw.integer(1, 3),
            draw.integer(1, 3),
            draw.integer(1, 2),
        )
        weights, biases = draw.tensor(dtype, [classes, width]), draw.tensor(dtype, [classes])
        draw.inputs[weights]["kind"] = draw.inputs[biases]["kind"] = "variable"
        labels = draw.tensor("int64", [batch, count], 0, classes - 1)
        inputs = draw.tensor(dtype, [batch, width])
        draw.inputs[inputs]["kind"] = draw.choice(["tensor", "tensor", "variable"])
        number = draw.integer(1, 4)
        rest = draw.maybe(f", num_true={count}", 1.0 if count > 1 else 0.3)
        rest += draw.maybe(f", remove_accidental_hits={draw.flag()}")
        if draw.flag():
            rest += (
                f", sampled_values=tf.random.uniform_candidate_sampler(tf.cast({labels}, tf.int64),"
                f" {count}, {number}, True, {classes}, seed=3)"
            )
        elif name == "sampled_softmax_loss":
            rest += draw.maybe(f", seed={draw.integer(1, 9)}")
        arguments = f"{weights}, {biases}, {labels}, {inputs}, {number}, {classes}"
        return seeded(draw, f"tf.nn.{name}({arguments}{rest})")

    return recipe


_SAMPLERS = """all_candidate_sampler fixed_unigram_candidate_sampler uniform_candidate_sampler
learned_unigram_candidate_sampler log_uniform_candidate_sampler"""

RECIPES: dict[str, Recipe] = {
    "nn.embedding_lookup": _embedding_lookup,
    "nn.embedding_lookup_sparse": _sparse_lookup("embedding_lookup_sparse"),
    "nn.safe_embedding_lookup_sparse": _sparse_lookup("safe_embedding_lookup_sparse"),
    "nn.top_k": _top_k,
    "nn.in_top_k": _in_top_k,
    "nn.approx_max_k": _approximate("approx_max_k"),
    "nn.approx_min_k": _approximate("approx_min_k"),
    "nn.ctc_loss": _ctc_loss,
    "nn.ctc_greedy_decoder": _greedy,
    "nn.ctc_beam_search_decoder": _beam,
    "nn.collapse_repeated": _collapse,
    "nn.ctc_unique_labels": _unique,
    **{f"random.{name}": _sampler(name) for name in _SAMPLERS.split()},
    "nn.compute_accidental_hits": _accidental,
    "nn.nce_loss": _sampled_loss("nce_loss"),
    "nn.sampled_softmax_loss": _sampled_loss("sampled_softmax_loss"),
}
