"""`tf.DeviceSpec`: the parts of a device's name."""

from __future__ import annotations

from typing import Any

_FIELDS = ("job", "replica", "task", "device_type", "device_index")


class DeviceSpec:
    """The job, replica, task, type and index of a device, each None if unspecified.

    Implements `tf.DeviceSpec`. Immutable; specs with equal fields are equal.
    """

    __slots__ = tuple("_" + field for field in _FIELDS)

    def __init__(
        self,
        job: Any = None,
        replica: Any = None,
        task: Any = None,
        device_type: Any = None,
        device_index: Any = None,
    ) -> None:
        self._job = None if job is None else str(job)
        self._replica = None if replica is None else int(replica)
        self._task = None if task is None else int(task)
        self._device_type = None if device_type is None else str(device_type).upper()
        self._device_index = None if device_index is None else int(device_index)

    @property
    def job(self) -> str | None:
        """The name of the job."""
        return self._job

    @property
    def replica(self) -> int | None:
        """The number of the replica."""
        return self._replica

    @property
    def task(self) -> int | None:
        """The number of the task."""
        return self._task

    @property
    def device_type(self) -> str | None:
        """The type of device, in capitals."""
        return self._device_type

    @property
    def device_index(self) -> int | None:
        """The number of the device."""
        return self._device_index

    @classmethod
    def from_string(cls, spec: str) -> DeviceSpec:
        """Parses a name such as `/job:worker/task:1/device:GPU:0`.

        Raises ValueError if it does not have this form.
        """
        fields: dict[str, Any] = {}
        for part in filter(None, spec.split("/")):
            name, *values = part.split(":")
            if name in ("job", "replica", "task") and len(values) == 1:
                fields[name] = values[0]
                continue
            if name == "device" and len(values) == 2:
                name, *values = values
            elif name.upper() not in ("CPU", "GPU") or len(values) > 1:
                raise ValueError(
                    f"Unknown attribute {name!r} is encountered while parsing the device spec: "
                    f"{spec!r}."
                )
            if "device_type" in fields:
                raise ValueError(
                    f"Multiple device types are not allowed while parsing the device spec: {spec}."
                )
            fields["device_type"] = name
            if values and values[0] != "*":
                fields["device_index"] = values[0]
        return cls(**fields)

    def parse_from_string(self, spec: str) -> DeviceSpec:
        """The same as `from_string`."""
        return self.from_string(spec)

    def to_string(self) -> str:
        """The name, such as `/job:worker/task:1/device:GPU:0`."""
        text = "".join(
            f"/{field}:{value}"
            for field in ("job", "replica", "task")
            if (value := getattr(self, field)) is not None
        )
        if self._device_type is not None:
            index = "*" if self._device_index is None else self._device_index
            text += f"/device:{self._device_type}:{index}"
        return text

    def get_config(self) -> dict[str, Any]:
        """The fields by name."""
        return {field: getattr(self, field) for field in _FIELDS}

    def replace(self, **kwargs: Any) -> DeviceSpec:
        """A copy with some fields replaced. Raises TypeError for unknown fields."""
        return type(self)(**{**self.get_config(), **kwargs})

    def make_merged_spec(self, dev: DeviceSpec) -> DeviceSpec:
        """A copy in which the fields that `dev` specifies replace those of this spec."""
        specified = {name: value for name, value in dev.get_config().items() if value is not None}
        return self.replace(**specified)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeviceSpec) and self.get_config() == other.get_config()

    def __hash__(self) -> int:
        return hash(tuple(self.get_config().values()))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value}" for name, value in self.get_config().items())
        return f"<DeviceSpec({fields})>"


DeviceSpec.__module__ = "tf_tape_compat"
