"""`tf.test.TestCase`: unittest's, with assertions on tensors, arrays and nested structures."""

# The names of the methods are TensorFlow's.
# ruff: noqa: N802

from __future__ import annotations

import random
import re
import tempfile
import unittest
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import ml_dtypes
import numpy as np

from .._core.tensor.tensor import EagerTensor
from .._ops.random.seeds import set_seed
from ..errors import InvalidArgumentError, OpError
from .sessions import EvaluatingCase

_LOW_PRECISION = frozenset(
    np.dtype(getattr(ml_dtypes, name))
    for name in (
        "bfloat16 float8_e5m2 float8_e4m3fn float8_e4m3fnuz float8_e4m3b11fnuz float8_e5m2fnuz"
    ).split()
)
_SEED = 87654321


def _list_failures(failed: np.ndarray, value: np.ndarray) -> str:
    """The first ten failing elements with their indices, one per line."""
    if np.ndim(value) == 0:
        return f"  [0] : {value}"
    indices = np.argwhere(failed)
    lines = [f"  {index} : {value[tuple(index)]}" for index in indices[:10]]
    return "\n".join([*lines, "  ..."] if len(indices) > 10 else lines)


class TestCase(EvaluatingCase, unittest.TestCase):
    """A test case whose assertions accept tensors. Implements `tf.test.TestCase`.

    Before each test, the seeds of TensorFlow's, Python's and NumPy's generators are reset.
    """

    def __init__(self, methodName: str = "runTest") -> None:  # noqa: N803
        super().__init__(methodName)
        self._directory: str | None = None

    def setUp(self) -> None:
        super().setUp()
        random.seed(_SEED)
        np.random.seed(_SEED)
        set_seed(_SEED)

    def get_temp_dir(self) -> str:
        """A temporary directory for the current test, removed when the test ends."""
        if self._directory is None:
            directory = tempfile.TemporaryDirectory()
            self.addCleanup(directory.cleanup)
            self._directory = directory.name
        return self._directory

    # -- equality --------------------------------------------------------------------------------

    def assertAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Fails unless shapes and elements are equal. NaN equals NaN."""
        a, b = self._array(a), self._array(b)
        self._assert_same_shape(a, b, msg)
        same = np.asarray(a == b)
        if a.dtype.kind in "fc" or a.dtype in _LOW_PRECISION:
            with np.errstate(invalid="ignore"):
                same = same | ((a != a) & (b != b))
        if np.all(same):
            return
        dtype_kinds = {a.dtype.kind, b.dtype.kind}
        if len(dtype_kinds) > 1 and dtype_kinds <= {"U", "S", "O"}:
            a, b = (
                np.array([i.encode() if isinstance(i, str) else i for i in x.flat]) for x in (a, b)
            )
            same = np.asarray(a == b)
            if np.all(same):
                return
        wrong = ~same
        x, y = (a[wrong], b[wrong]) if a.ndim else (a, b)
        indices = np.where(wrong) if a.ndim else ()
        raise AssertionError(
            f"{msg or ''}\nArrays are not equal: {np.sum(wrong)} of {max(wrong.size, 1)} elements "
            f"differ\nnot equal where = {indices}\nnot equal lhs = {x!r}\nnot equal rhs = {y!r}"
        )

    def assertNotAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """Fails if `assertAllEqual` passes."""
        try:
            self.assertAllEqual(a, b)
        except AssertionError:
            return
        raise AssertionError(f"The two values are equal at all elements. {msg or ''}")

    def _assert_same_shape(self, a: np.ndarray, b: np.ndarray, msg: str | None) -> None:
        shown = f" Contents: {b!r}. \n" if b.ndim <= 3 or b.size < 500 else " "
        text = f"Shape mismatch: expected {a.shape}, got {b.shape}.{shown}{msg or ''}"
        self.assertEqual(a.shape, b.shape, text)

    # -- closeness -------------------------------------------------------------------------------

    def assertAllClose(
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None
    ) -> None:
        """Fails unless |a - b| <= atol + rtol * |b| for all elements of two structures.

        NaN is close to NaN. Raises ValueError if the structures do not match.
        """
        self._assert_close(a, b, rtol, atol, (), msg)

    def _assert_close(
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
                self._assert_close(a[key], b[key], rtol, atol, (*path, key), msg)
            return
        text = f"Mismatched value: a{at} is different from b{at}. {msg or ''}"
        if not isinstance(a, (list, tuple)):
            self._assert_arrays_close(a, b, rtol, atol, text)
            return
        try:
            arrays = self._array(a), self._array(b)
            self._assert_arrays_close(*arrays, rtol, atol, text)
        except (ValueError, TypeError, NotImplementedError):
            if len(a) != len(b):
                raise ValueError(
                    f"Mismatched length: a{at} has {len(a)} items, but b{at} has {len(b)} items. "
                    f"{msg or ''}"
                ) from None
            for number, (one, other) in enumerate(zip(a, b, strict=True)):
                self._assert_close(one, other, rtol, atol, (*path, number), msg)

    def _assert_arrays_close(self, a: Any, b: Any, rtol: float, atol: float, msg: str) -> None:
        a, b = self._array(a), self._array(b)
        self._assert_same_shape(a, b, None)
        dtype = a.dtype
        a = a.astype(np.float32) if a.dtype in _LOW_PRECISION else a
        b = b.astype(np.float32) if b.dtype in _LOW_PRECISION else b
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
        """As `assertAllClose`, with the tolerance of the less precise of the two dtypes."""
        a, b = self._array(a), self._array(b)
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
        """Fails if `assertAllClose` passes."""
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
        """Fails unless two sequences have the same length and near elements."""
        self.assertEqual(len(farray1), len(farray2), msg)
        for one, other in zip(farray1, farray2, strict=True):
            self.assertNear(float(one), float(other), err, msg)

    def assertNDArrayNear(
        self, ndarray1: Any, ndarray2: Any, err: float, msg: str | None = None
    ) -> None:
        """Fails unless the norm of the difference of two arrays is below `err`."""
        distance = np.linalg.norm(ndarray1 - ndarray2)
        self.assertTrue(distance < err, msg)

    # -- order, ranges, types --------------------------------------------------------------------

    def assertAllGreater(self, a: Any, comparison_target: Any) -> None:
        """Fails unless all elements are greater than `comparison_target`."""
        self.assertGreater(np.min(self._array(a)), self._to_numpy(comparison_target))

    def assertAllLess(self, a: Any, comparison_target: Any) -> None:
        """Fails unless all elements are less than `comparison_target`."""
        self.assertLess(np.max(self._array(a)), self._to_numpy(comparison_target))

    def assertAllGreaterEqual(self, a: Any, comparison_target: Any) -> None:
        """Fails unless all elements are at least `comparison_target`."""
        self.assertGreaterEqual(np.min(self._array(a)), self._to_numpy(comparison_target))

    def assertAllLessEqual(self, a: Any, comparison_target: Any) -> None:
        """Fails unless all elements are at most `comparison_target`."""
        self.assertLessEqual(np.max(self._array(a)), self._to_numpy(comparison_target))

    def assertAllInRange(
        self,
        target: Any,
        lower_bound: Any,
        upper_bound: Any,
        open_lower_bound: bool = False,
        open_upper_bound: bool = False,
    ) -> None:
        """Fails unless all elements are real numbers within a range, closed by default."""
        values = self._array(target)
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
                "Subscripts(s) and value(s) of the NaN element(s):\n"
                f"{_list_failures(wrong, values)}"
            )
        below = values <= lower_bound if open_lower_bound else values < lower_bound
        above = values >= upper_bound if open_upper_bound else values > upper_bound
        wrong = below | above
        if np.any(wrong):
            opening, closing = "[("[open_lower_bound], "])"[open_upper_bound]
            raise AssertionError(
                f"{np.sum(wrong)} of the {values.size} element(s) are outside the range "
                f"{opening}{lower_bound}, {upper_bound}{closing}. Subscript(s) and value(s) of "
                f"the offending elements:\n{_list_failures(wrong, values)}"
            )

    def assertAllInSet(self, target: Any, expected_set: Any) -> None:
        """Fails unless all elements are in `expected_set`."""
        others = np.setdiff1d(self._array(target).flatten(), list(expected_set))
        if np.size(others):
            raise AssertionError(
                f"{np.size(others)} unique element(s) are not in the set {expected_set}: {others}"
            )

    def assertDTypeEqual(self, target: Any, expected_dtype: Any) -> None:
        """Fails unless the NumPy dtype of `target` is `expected_dtype`."""
        self.assertEqual(self._array(target).dtype, expected_dtype)

    def assertShapeEqual(self, input_a: Any, input_b: Any, msg: str | None = None) -> None:
        """Fails unless two tensors or arrays have the same shape.

        Raises TypeError for values of other types.
        """
        shapes = []
        for name, value in (("input_a", input_a), ("input_b", input_b)):
            if not isinstance(value, (np.ndarray, np.generic, EagerTensor)):
                raise TypeError(
                    f"{name} must be a Numpy ndarray, Numpy scalar, or a Tensor."
                    f"Instead received {type(value)}"
                )
            shapes.append(list(value.shape))
        self.assertAllEqual(shapes[0], shapes[1], msg=msg)

    # -- errors ----------------------------------------------------------------------------------

    @contextmanager
    def assertRaisesWithPredicateMatch(
        self, exception_type: Any, expected_err_re_or_predicate: str | Callable[[Any], Any]
    ) -> Iterator[None]:
        """A context that fails unless its body raises a matching exception.

        The regular expression must match in the message, or the function return True.
        """
        expected = expected_err_re_or_predicate
        try:
            yield
            self.fail(f"{exception_type.__name__} not raised")
        except Exception as error:
            text = error.message if isinstance(error, OpError) else str(error)
            matches = expected(error) if callable(expected) else re.search(expected, str(text))
            if not isinstance(error, exception_type) or not matches:
                raise AssertionError(f"Exception of type {type(error)}: {error}") from error

    def assertRaisesOpError(self, expected_err_re_or_predicate: Any) -> Any:
        """As `assertRaisesWithPredicateMatch` for `tf.errors.OpError`."""
        return self.assertRaisesWithPredicateMatch(OpError, expected_err_re_or_predicate)

    def assertRaisesIncompatibleShapesError(
        self, exception_type: Any = InvalidArgumentError
    ) -> Any:
        """As `assertRaisesWithPredicateMatch`, for the messages about incompatible shapes."""
        return self.assertRaisesWithPredicateMatch(
            exception_type,
            r"Incompatible shapes|Dimensions must be equal|required broadcastable shapes",
        )
