"""Which slice of a larger variable a variable holds: `tf.Variable.SaveSliceInfo`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ... import _messages
from ..._core.variables.variable import Variable


class SaveSliceInfo:
    """Implements `tf.Variable.SaveSliceInfo`: the place of a slice in a larger variable.

    Attributes:
        full_name: the name of the larger variable.
        full_shape: its shape.
        var_offset: where the slice begins, along each axis.
        var_shape: the shape of the slice.
    """

    def __init__(
        self,
        full_name: str | None = None,
        full_shape: Sequence[int] | None = None,
        var_offset: Sequence[int] | None = None,
        var_shape: Sequence[int] | None = None,
        save_slice_info_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        """Stores the arguments, or reads them from the message `save_slice_info_def`.

        The name that a message holds is put into `import_scope`.
        """
        if save_slice_info_def:
            assert isinstance(save_slice_info_def, _messages.SaveSliceInfoDef)
            full_name = save_slice_info_def.full_name
            if import_scope:
                full_name = f"{import_scope.removesuffix('/')}/{full_name}"
            full_shape = list(save_slice_info_def.full_shape)
            var_offset = list(save_slice_info_def.var_offset)
            var_shape = list(save_slice_info_def.var_shape)
        self.full_name: Any = full_name
        self.full_shape: Any = full_shape
        self.var_offset: Any = var_offset
        self.var_shape: Any = var_shape

    @property
    def spec(self) -> str:
        """The shapes and offsets as text, such as "4 3 0,4:1,2"."""
        slices = ":".join(
            f"{offset},{size}"
            for offset, size in zip(self.var_offset, self.var_shape, strict=False)
        )
        return " ".join([*map(str, self.full_shape), slices])

    @classmethod
    def from_spec(cls, spec: str) -> SaveSliceInfo:
        """Reads what `spec` returns. Raises ValueError for other text."""
        if not spec:
            return cls()
        *sizes, slices = spec.rsplit(" ", 1)
        if not sizes:
            raise ValueError("Spec string must contain space-separated full_shape info.")
        full_shape = [
            _integer(size, "full_shape must be a sequence of integers") for size in sizes[0].split()
        ]
        offsets, shape = [], []
        for pair in slices.split(":"):
            if pair.count(",") != 1:
                raise ValueError(
                    "Spec string must contain comma-separated pairs of offsets and shapes."
                )
            offset, size = pair.split(",")
            offsets.append(_integer(offset, "var_offset must be an integer"))
            shape.append(_integer(size, "var_shape must be an integer"))
        return cls(full_shape=full_shape, var_offset=offsets, var_shape=shape)

    def to_proto(self, export_scope: str | None = None) -> Any:
        """The message `SaveSliceInfoDef`, or None if the name does not begin with `export_scope`.

        The scope is removed from the name.
        """
        name = self.full_name
        if export_scope is not None and not name.startswith(export_scope):
            return None
        if export_scope:
            name = name.removeprefix(f"{export_scope.removesuffix('/')}/")
        return _messages.SaveSliceInfoDef(
            full_name=name,
            full_shape=self.full_shape,
            var_offset=self.var_offset,
            var_shape=self.var_shape,
        )


SaveSliceInfo.__qualname__ = "Variable.SaveSliceInfo"


def _integer(text: str, requirement: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(
            f"Spec string {requirement}. Found '{text}', which is not an integer."
        ) from None


def _get_save_slice_info(self: Variable) -> SaveSliceInfo | None:
    """The `SaveSliceInfo` that `_set_save_slice_info` stored, or None."""
    return self.__dict__.get("_save_slice_info")


def _set_save_slice_info(self: Variable, save_slice_info: SaveSliceInfo | None) -> None:
    """Stores which slice of a larger variable this variable is."""
    self.__dict__["_save_slice_info"] = save_slice_info


for _name, _member in (
    ("SaveSliceInfo", SaveSliceInfo),
    ("_get_save_slice_info", _get_save_slice_info),
    ("_set_save_slice_info", _set_save_slice_info),
):
    setattr(Variable, _name, _member)
