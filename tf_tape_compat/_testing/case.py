"""`tf.test.TestCase`: Python's, with assertions that take tensors, arrays and nests of them."""

from __future__ import annotations

import random
import re
import tempfile
import unittest
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import ml_dtypes
import numpy as np

from .. import nest
from .._core.tensor.tensor import EagerTensor
from .._core.variables.indexed_slices import IndexedSlices
from .._core.variables.variable import Variable
from .._ops.random.seeds import set_seed
from ..errors import InvalidArgumentError, OpError
from .plain import PlainAssertions

_SMALL = frozenset(
    np.dtype(getattr(ml_dtypes, name))
    for name in (
        "bfloat16 float8_e5m2 float8_e4m3fn float8_e4m3fnuz float8_e4m3b11fnuz float8_e5m2fnuz"
    ).split()
)
_SEED = 87654321

IndexedSlicesValue = namedtuple("IndexedSlicesValue", ("values", "indices", "dense_shape"))


def _evaluated(value: Any) -> Any:
    if isinstance(value, IndexedSlices):
        return value
    return value.numpy() if isinstance(value, (EagerTensor, Variable)) else value


def _array(value: Any) -> np.ndarray:
    value = _evaluated(value)
    if isinstance(value, np.ndarray):
        return value
    try:
        return np.array(value)
    except ValueError:  # lists of several lengths
        return np.array(value, dtype=object)


def _indices(where: np.ndarray, value: np.ndarray) -> str:
    """The first places that fail, one a line."""
    if np.ndim(value) == 0:
        return f"  [0] : {value}"
    places = np.argwhere(where)
    lines = [f"  {place} : {value[tuple(place)]}" for place in places[:10]]
    return "\n".join([*lines, "  ..."] if len(places) > 10 else lines)


class TestCase(PlainAssertions, unittest.TestCase):
    """A test case whose assertions take tensors; answers for `tf.test.TestCase`.

    Each test starts with the same seeds, those of Python's and NumPy's generators included.
    """

    def __init__(self, methodName: str = "runTest") -> None:
        super().__init__(methodName)
        self._directory: str | None = None

    def setUp(self) -> None:
        super().setUp()
        random.seed(_SEED)
        np.random.seed(_SEED)
        set_seed(_SEED)

    def get_temp_dir(self) -> str:
        """A directory that is this test's own, and removed after it."""
        if self._directory is None:
            made = tempfile.TemporaryDirectory()
            self.addCleanup(made.cleanup)
            self._directory = made.name
        return self._directory

    # -- values ---------------------------------------------------------------------------------

    def evaluate(self, tensors: Any) -> Any:
        """The values of a nest of tensors, in NumPy; functions are called first.

        Raises ValueError for what has no value.
        """
        return nest.map_structure(self._value, tensors)

    def _value(self, tensor: Any) -> Any:
        if tensor is None:
            return None
        if isinstance(tensor, IndexedSlices):
            parts = (tensor.values, tensor.indices, tensor.dense_shape)
            return IndexedSlicesValue(*map(self._value, parts))
        if isinstance(tensor, (EagerTensor, Variable)):
            return tensor.numpy()
        if callable(tensor):
            return self.evaluate(tensor())
        raise ValueError(f"Unsupported type {type(tensor).__name__!r}.")

    def evaluate_if_both_tensors(self, a: Any, b: Any) -> tuple[Any, Any]:
        """Both values in NumPy, if both are tensors."""
        if isinstance(a, EagerTensor) and isinstance(b, EagerTensor):
            return self.evaluate(a), self.evaluate(b)
        return a, b

    @contextmanager
    def cached_session(
        self, graph: Any = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False
    ) -> Iterator[None]:
        """A context that does nothing: there are no sessions."""
        yield None

    session = test_session = cached_session

    # -- equality -------------------------------------------------------------------------------

    def assertAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Fails unless shapes and all elements are equal; NaN is equal to NaN."""
        a, b = _array(a), _array(b)
        self._same_shape(a, b, msg)
        same = np.asarray(a == b)
        if a.dtype.kind in "fc" or a.dtype in _SMALL:
            with np.errstate(invalid="ignore"):
                same = same | ((a != a) & (b != b))
        if np.all(same):
            return
        kinds = {a.dtype.kind, b.dtype.kind}
        if len(kinds) > 1 and kinds <= {"U", "S", "O"}:
            a, b = (
                np.array([i.encode() if isinstance(i, str) else i for i in x.flat]) for x in (a, b)
            )
            same = np.asarray(a == b)
            if np.all(same):
                return
        wrong = ~same
        x, y = (a[wrong], b[wrong]) if a.ndim else (a, b)
        where = np.where(wrong) if a.ndim else ()
        raise AssertionError(
            f"{msg or ''}\nArrays are not equal: {np.sum(wrong)} of {max(wrong.size, 1)} elements "
            f"differ\nnot equal where = {where}\nnot equal lhs = {x!r}\nnot equal rhs = {y!r}"
        )

    def assertNotAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Fails if `assertAllEqual` does not."""
        try:
            self.assertAllEqual(a, b)
        except AssertionError:
            return
        raise AssertionError(f"The two values are equal at all elements. {msg or ''}")

    def _same_shape(self, a: np.ndarray, b: np.ndarray, msg: str | None) -> None:
        shown = f" Contents: {b!r}. \n" if b.ndim <= 3 or b.size < 500 else " "
        text = f"Shape mismatch: expected {a.shape}, got {b.shape}.{shown}{msg or ''}"
        self.assertEqual(a.shape, b.shape, text)

    # -- closeness ------------------------------------------------------------------------------

    def assertAllClose(
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None
    ) -> None:
        """Fails unless |a - b| <= atol + rtol * |b| for all elements of two nests.

        NaN is close to NaN. Raises ValueError for nests that do not match.
        """
        self._close(a, b, rtol, atol, (), msg)

    def _close(
        self, a: Any, b: Any, rtol: float, atol: float, path: tuple[Any, ...], msg: str | None
    ) -> None:
        at = "".join(f"[{key}]" for key in path)
        a = a._asdict() if hasattr(a, "_asdict") else a
        b = b._asdict() if hasattr(b, "_asdict") else b
        if isinstance(a, Mapping) != isinstance(b, Mapping):
            raise ValueError(f"Can't compare dict to non-dict, a{at} vs b{at}. {msg or ''}")
        if isinstance(a, Mapping):
            keys = f"mismatched keys: a{at} has keys {a.keys()}, but b{at} has keys {b.keys()}."
            self.assertCountEqual(a.keys(), b.keys(), f"{keys} {msg or ''}")
            for key in a:
                self._close(a[key], b[key], rtol, atol, (*path, key), msg)
            return
        text = f"Mismatched value: a{at} is different from b{at}. {msg or ''}"
        if not isinstance(a, (list, tuple)):
            self._arrays_close(a, b, rtol, atol, text)
            return
        try:
            arrays = _array(a), _array(b)
            self._arrays_close(*arrays, rtol, atol, text)
        except (ValueError, TypeError, NotImplementedError):
            if len(a) != len(b):
                raise ValueError(
                    f"Mismatched length: a{at} has {len(a)} items, but b{at} has {len(b)} items. "
                    f"{msg or ''}"
                ) from None
            for number, (one, other) in enumerate(zip(a, b, strict=True)):
                self._close(one, other, rtol, atol, (*path, number), msg)

    def _arrays_close(self, a: Any, b: Any, rtol: float, atol: float, msg: str) -> None:
        a, b = _array(a), _array(b)
        self._same_shape(a, b, None)
        dtype = a.dtype
        a = a.astype(np.float32) if a.dtype in _SMALL else a
        b = b.astype(np.float32) if b.dtype in _SMALL else b
        if np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True):
            return
        with np.errstate(invalid="ignore"):
            wrong = ~np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
            x, y = (a[wrong], b[wrong]) if a.ndim else (a, b)
            raise AssertionError(
                f"{msg}\nnot close where = {np.where(wrong) if a.ndim else ()}\n"
                f"not close lhs = {x}\nnot close rhs = {y}\nnot close dif = {np.abs(x - y)}\n"
                f"not close tol = {atol + rtol * np.abs(y)}\ndtype = {dtype}, shape = {a.shape}"
            )

    def assertAllCloseAccordingToType(
        self,
        a: Any,
        b: Any,
        rtol: float = 1e-6,
        atol: float = 1e-6,
        float_rtol: float = 1e-6,
        float_atol: float = 1e-6,
        half_rtol: float = 1e-3,
        half_atol: float = 1e-3,
        bfloat16_rtol: float = 1e-2,
        bfloat16_atol: float = 1e-2,
        msg: str | None = None,
    ) -> None:
        """As `assertAllClose`, with the tolerance of the coarser of the two types."""
        a, b = _array(a), _array(b)
        types = {a.dtype, b.dtype}
        for names, relative, absolute in (
            (("float32", "complex64"), float_rtol, float_atol),
            (("float16",), half_rtol, half_atol),
            (("bfloat16",), bfloat16_rtol, bfloat16_atol),
        ):
            if any(dtype.name in names for dtype in types):
                rtol, atol = max(rtol, relative), max(atol, absolute)
        self.assertAllClose(a, b, rtol=rtol, atol=atol, msg=msg)

    def assertNotAllClose(
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None
    ) -> None:
        """Fails if `assertAllClose` does not."""
        try:
            self.assertAllClose(a, b, rtol=rtol, atol=atol, msg=msg)
        except AssertionError:
            return
        raise AssertionError(f"The two values are close at all elements. {msg or ''}")

    def assertNear(self, f1: Any, f2: Any, err: float, msg: str | None = None) -> None:
        """Fails unless two numbers are equal or at most `err` apart."""
        text = f"{f1} != {f2} +/- {err} ({msg})" if msg is not None else f"{f1} != {f2} +/- {err}"
        self.assertTrue(f1 == f2 or abs(f1 - f2) <= err, text)

    def assertArrayNear(
        self, farray1: Any, farray2: Any, err: float, msg: str | None = None
    ) -> None:
        """Fails unless two sequences of numbers are of one length and near at each place."""
        self.assertEqual(len(farray1), len(farray2), msg)
        for one, other in zip(farray1, farray2, strict=True):
            self.assertNear(float(one), float(other), err, msg)

    def assertNDArrayNear(
        self, ndarray1: Any, ndarray2: Any, err: float, msg: str | None = None
    ) -> None:
        """Fails unless the norm of the difference of two arrays is below `err`."""
        distance = np.linalg.norm(ndarray1 - ndarray2)
        self.assertTrue(distance < err, msg)

    # -- order, ranges, types -------------------------------------------------------------------

    def assertAllGreater(self, a: Any, comparison_target: Any) -> None:
        """Fails unless all elements are greater."""
        self.assertGreater(np.min(_array(a)), _evaluated(comparison_target))

    def assertAllLess(self, a: Any, comparison_target: Any) -> None:
        """Fails unless all elements are less."""
        self.assertLess(np.max(_array(a)), _evaluated(comparison_target))

    def assertAllGreaterEqual(self, a: Any, comparison_target: Any) -> None:
        """Fails unless all elements are greater or equal."""
        self.assertGreaterEqual(np.min(_array(a)), _evaluated(comparison_target))

    def assertAllLessEqual(self, a: Any, comparison_target: Any) -> None:
        """Fails unless all elements are less or equal."""
        self.assertLessEqual(np.max(_array(a)), _evaluated(comparison_target))

    def assertAllInRange(
        self,
        target: Any,
        lower_bound: Any,
        upper_bound: Any,
        open_lower_bound: bool = False,
        open_upper_bound: bool = False,
    ) -> None:
        """Fails unless all elements are real numbers in a range, which is closed by default."""
        values = _array(target)
        if not np.issubdtype(values.dtype, np.floating) and not np.issubdtype(
            values.dtype, np.integer
        ):
            raise AssertionError(
                f"The value of {values} does not have an ordered numeric type, instead it has "
                f"type: {values.dtype}"
            )
        wrong = np.isnan(values)
        if np.any(wrong):
            raise AssertionError(
                f"{np.sum(wrong)} of the {values.size} element(s) are NaN. "
                f"Subscripts(s) and value(s) of the NaN element(s):\n{_indices(wrong, values)}"
            )
        below = values <= lower_bound if open_lower_bound else values < lower_bound
        above = values >= upper_bound if open_upper_bound else values > upper_bound
        wrong = below | above
        if np.any(wrong):
            opening, closing = "[("[open_lower_bound], "])"[open_upper_bound]
            raise AssertionError(
                f"{np.sum(wrong)} of the {values.size} element(s) are outside the range "
                f"{opening}{lower_bound}, {upper_bound}{closing}. Subscript(s) and value(s) of "
                f"the offending elements:\n{_indices(wrong, values)}"
            )

    def assertAllInSet(self, target: Any, expected_set: Any) -> None:
        """Fails unless all elements are in a set."""
        others = np.setdiff1d(_array(target).flatten(), list(expected_set))
        if np.size(others):
            raise AssertionError(
                f"{np.size(others)} unique element(s) are not in the set {expected_set}: {others}"
            )

    def assertDTypeEqual(self, target: Any, expected_dtype: Any) -> None:
        """Fails unless the NumPy type is the expected one."""
        self.assertEqual(_array(target).dtype, expected_dtype)

    def assertShapeEqual(self, input_a: Any, input_b: Any, msg: str | None = None) -> None:
        """Fails unless two tensors or arrays have one shape. Raises TypeError for others."""
        shapes = []
        for name, value in (("input_a", input_a), ("input_b", input_b)):
            if not isinstance(value, (np.ndarray, np.generic, EagerTensor)):
                raise TypeError(
                    f"{name} must be a Numpy ndarray, Numpy scalar, or a Tensor."
                    f"Instead received {type(value)}"
                )
            shapes.append(list(value.shape))
        self.assertAllEqual(shapes[0], shapes[1], msg=msg)

    # -- errors ---------------------------------------------------------------------------------

    @contextmanager
    def assertRaisesWithPredicateMatch(
        self, exception_type: Any, expected_err_re_or_predicate: str | Callable[[Any], Any]
    ) -> Iterator[None]:
        """A context that fails unless such an exception is raised inside of it.

        Its message must have a match of the regular expression, or the function accept it.
        """
        wanted = expected_err_re_or_predicate
        try:
            yield
            self.fail(f"{exception_type.__name__} not raised")
        except Exception as error:
            text = error.message if isinstance(error, OpError) else str(error)
            matches = wanted(error) if callable(wanted) else re.search(wanted, str(text))
            if not isinstance(error, exception_type) or not matches:
                raise AssertionError(f"Exception of type {type(error)}: {error}") from error

    def assertRaisesOpError(self, expected_err_re_or_predicate: Any) -> Any:
        """As `assertRaisesWithPredicateMatch` for `tf.errors.OpError`."""
        return self.assertRaisesWithPredicateMatch(OpError, expected_err_re_or_predicate)

    def assertRaisesIncompatibleShapesError(
        self, exception_type: Any = InvalidArgumentError
    ) -> Any:
        """As `assertRaisesWithPredicateMatch` for what is said of shapes that do not fit."""
        return self.assertRaisesWithPredicateMatch(
            exception_type,
            r"Incompatible shapes|Dimensions must be equal|required broadcastable shapes",
        )
