"""The optimizers of `tf.compat.v1.train`.

A rule computes new values of a variable and its slots from a gradient. For `IndexedSlices` it is
applied to the rows that have a gradient.
"""

from __future__ import annotations

from typing import Any

import tf_tape_compat as tf

from .optimizer import Optimizer

Values = dict[str, Any]


class _ByRule(Optimizer):
    """An optimizer with a rule, and slots that begin with a constant."""

    # The slots in the order in which they are made: a value, or the name of a hyperparameter.
    _slot_values: dict[str, Any]
    # Hyperparameters, which may be functions; cast to the dtype of each variable.
    _names: tuple[str, ...] = ("learning_rate",)

    def __init__(self, use_locking: Any, name: str, **hyperparameters: Any) -> None:
        super().__init__(use_locking, name)
        self._given = hyperparameters
        self._hyper: Values = dict(hyperparameters)

    def _create_slots(self, var_list: list[Any]) -> None:
        for variable in var_list:
            for slot, initial in self._slot_values.items():
                value = self._given[initial] if isinstance(initial, str) else initial
                self._slot_of(variable, slot, value)

    def _slot_of(self, variable: Any, slot: str, value: Any) -> None:
        self._slot(
            variable,
            slot,
            self._name,
            lambda: tf.fill(variable.shape.as_list(), tf.cast(value, variable.dtype)),
        )

    def _prepare(self) -> None:
        self._hyper = {
            name: self._call_if_callable(value) if name in self._names else value
            for name, value in self._given.items()
        }

    def _cast(self, dtype: Any) -> Values:
        return {
            name: tf.cast(value, dtype) if name in self._names else value
            for name, value in self._hyper.items()
        }

    def _rule(self, x: Any, gradient: Any, slots: Values, given: Values) -> tuple[Any, Values]:
        """The new values of the variable and of its slots."""
        raise NotImplementedError

    def _slots_of(self, variable: Any) -> Values:
        return {slot: self.get_slot(variable, slot) for slot in self._slot_values}

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        slots = self._slots_of(var)
        values = {name: tf.identity(slot) for name, slot in slots.items()}
        x, changed = self._rule(tf.identity(var), grad, values, self._cast(var.dtype))
        updates = [slots[name].assign(value) for name, value in changed.items()]
        return tf.group(var.assign(x), *updates)

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> Any:
        slots = self._slots_of(handle)
        values = {name: tf.gather(slot, indices) for name, slot in slots.items()}
        rows = tf.gather(handle, indices)
        x, changed = self._rule(rows, grad, values, self._cast(handle.dtype))
        updates = [
            slots[name].scatter_update(tf.IndexedSlices(value, indices))
            for name, value in changed.items()
        ]
        return tf.group(handle.scatter_update(tf.IndexedSlices(x, indices)), *updates)


class GradientDescentOptimizer(_ByRule):
    """Implements `tf.compat.v1.train.GradientDescentOptimizer`."""

    _slot_values: dict[str, Any] = {}

    def __init__(
        self, learning_rate: Any, use_locking: Any = False, name: str = "GradientDescent"
    ) -> None:
        super().__init__(use_locking, name, learning_rate=learning_rate)
        self._learning_rate = learning_rate

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        return tf.group(var.assign_sub(grad * self._cast(var.dtype)["learning_rate"]))

    def _resource_apply_sparse_duplicate_indices(self, grad: Any, handle: Any, indices: Any) -> Any:
        step = -grad * self._cast(handle.dtype)["learning_rate"]
        return tf.group(handle.scatter_add(tf.IndexedSlices(step, indices)))


class MomentumOptimizer(_ByRule):
    """Implements `tf.compat.v1.train.MomentumOptimizer`."""

    _slot_values = {"momentum": 0.0}
    _names = ("learning_rate", "momentum")

    def __init__(
        self,
        learning_rate: Any,
        momentum: Any,
        use_locking: Any = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(use_locking, name, learning_rate=learning_rate, momentum=momentum)
        self._use_nesterov = use_nesterov

    def _rule(self, x: Any, gradient: Any, slots: Values, given: Values) -> tuple[Any, Values]:
        rate, momentum = given["learning_rate"], given["momentum"]
        speed = slots["momentum"] * momentum + gradient
        if self._use_nesterov:
            x = x - (gradient * rate + speed * momentum * rate)
        else:
            x = x - speed * rate
        return x, {"momentum": speed}


class AdagradOptimizer(_ByRule):
    """Implements `tf.compat.v1.train.AdagradOptimizer`. Raises ValueError for a bad accumulator."""

    _slot_values = {"accumulator": "initial_accumulator_value"}

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: Any = 0.1,
        use_locking: Any = False,
        name: str = "Adagrad",
    ) -> None:
        _check_positive(initial_accumulator_value)
        super().__init__(
            use_locking,
            name,
            learning_rate=learning_rate,
            initial_accumulator_value=initial_accumulator_value,
        )

    def _rule(self, x: Any, gradient: Any, slots: Values, given: Values) -> tuple[Any, Values]:
        accumulator = slots["accumulator"] + tf.square(gradient)
        x = x - gradient * given["learning_rate"] * tf.math.rsqrt(accumulator)
        return x, {"accumulator": accumulator}


def _check_positive(initial_accumulator_value: Any) -> None:
    if initial_accumulator_value <= 0.0:
        raise ValueError(f"initial_accumulator_value must be positive: {initial_accumulator_value}")


def _proximal(x: Any, rate: Any, l1: Any, l2: Any) -> Any:
    """A value moved towards 0 by both penalties."""
    if l1 > 0:
        x = tf.sign(x) * tf.maximum(tf.abs(x) - rate * l1, 0)
    return x / (1 + l2 * rate)


class ProximalAdagradOptimizer(_ByRule):
    """Implements `tf.compat.v1.train.ProximalAdagradOptimizer`. Raises ValueError as Adagrad's."""

    _slot_values = {"accumulator": "initial_accumulator_value"}

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: Any = 0.1,
        l1_regularization_strength: Any = 0.0,
        l2_regularization_strength: Any = 0.0,
        use_locking: Any = False,
        name: str = "ProximalAdagrad",
    ) -> None:
        _check_positive(initial_accumulator_value)
        super().__init__(
            use_locking,
            name,
            learning_rate=learning_rate,
            initial_accumulator_value=initial_accumulator_value,
            l1=l1_regularization_strength,
            l2=l2_regularization_strength,
        )

    def _rule(self, x: Any, gradient: Any, slots: Values, given: Values) -> tuple[Any, Values]:
        accumulator = slots["accumulator"] + tf.square(gradient)
        rate = given["learning_rate"] * tf.math.rsqrt(accumulator)
        x = _proximal(x - gradient * rate, rate, given["l1"], given["l2"])
        return x, {"accumulator": accumulator}


class ProximalGradientDescentOptimizer(_ByRule):
    """Implements `tf.compat.v1.train.ProximalGradientDescentOptimizer`."""

    _slot_values: dict[str, Any] = {}

    def __init__(
        self,
        learning_rate: Any,
        l1_regularization_strength: Any = 0.0,
        l2_regularization_strength: Any = 0.0,
        use_locking: Any = False,
        name: str = "ProximalGradientDescent",
    ) -> None:
        super().__init__(
            use_locking,
            name,
            learning_rate=learning_rate,
            l1=l1_regularization_strength,
            l2=l2_regularization_strength,
        )

    def _rule(self, x: Any, gradient: Any, slots: Values, given: Values) -> tuple[Any, Values]:
        rate = given["learning_rate"]
        return _proximal(x - gradient * rate, rate, given["l1"], given["l2"]), {}


class RMSPropOptimizer(_ByRule):
    """Implements `tf.compat.v1.train.RMSPropOptimizer`."""

    _names = ("learning_rate", "decay", "momentum", "epsilon")

    def __init__(
        self,
        learning_rate: Any,
        decay: Any = 0.9,
        momentum: Any = 0.0,
        epsilon: Any = 1e-10,
        use_locking: Any = False,
        centered: bool = False,
        name: str = "RMSProp",
    ) -> None:
        super().__init__(
            use_locking,
            name,
            learning_rate=learning_rate,
            decay=decay,
            momentum=momentum,
            epsilon=epsilon,
        )
        self._centered = centered
        self._slot_values = {"rms": 1.0, **({"mg": 0.0} if centered else {}), "momentum": 0.0}

    def _rule(self, x: Any, gradient: Any, slots: Values, given: Values) -> tuple[Any, Values]:
        kept = 1 - given["decay"]
        new = {"rms": slots["rms"] + (tf.square(gradient) - slots["rms"]) * kept}
        variance = new["rms"]
        if self._centered:
            new["mg"] = slots["mg"] + (gradient - slots["mg"]) * kept
            variance = variance - tf.square(new["mg"])
        step = given["learning_rate"] * gradient * tf.math.rsqrt(variance + given["epsilon"])
        new["momentum"] = slots["momentum"] * given["momentum"] + step
        return x - new["momentum"], new


class AdadeltaOptimizer(_ByRule):
    """Implements `tf.compat.v1.train.AdadeltaOptimizer`."""

    _slot_values = {"accum": 0.0, "accum_update": 0.0}
    _names = ("learning_rate", "rho", "epsilon")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Any = 0.95,
        epsilon: Any = 1e-8,
        use_locking: Any = False,
        name: str = "Adadelta",
    ) -> None:
        super().__init__(use_locking, name, learning_rate=learning_rate, rho=rho, epsilon=epsilon)

    def _rule(self, x: Any, gradient: Any, slots: Values, given: Values) -> tuple[Any, Values]:
        rho, epsilon = given["rho"], given["epsilon"]
        accumulated = slots["accum"] * rho + tf.square(gradient) * (1 - rho)
        root = tf.sqrt(slots["accum_update"] + epsilon)
        update = root * tf.math.rsqrt(accumulated + epsilon) * gradient
        updates = slots["accum_update"] * rho + tf.square(update) * (1 - rho)
        return x - update * given["learning_rate"], {"accum": accumulated, "accum_update": updates}


class FtrlOptimizer(_ByRule):
    """Implements `tf.compat.v1.train.FtrlOptimizer`. Raises ValueError for bad parameters."""

    _slot_values = {"accum": "initial_accumulator_value", "linear": 0.0}

    def __init__(
        self,
        learning_rate: Any,
        learning_rate_power: Any = -0.5,
        initial_accumulator_value: Any = 0.1,
        l1_regularization_strength: Any = 0.0,
        l2_regularization_strength: Any = 0.0,
        use_locking: Any = False,
        name: str = "Ftrl",
        accum_name: str | None = None,
        linear_name: str | None = None,
        l2_shrinkage_regularization_strength: Any = 0.0,
        beta: Any = None,
    ) -> None:
        not_negative = {
            "initial_accumulator_value": initial_accumulator_value,
            "l1_regularization_strength": l1_regularization_strength,
            "l2_regularization_strength": l2_regularization_strength,
            "l2_shrinkage_regularization_strength": l2_shrinkage_regularization_strength,
        }
        for parameter, value in not_negative.items():
            if value < 0.0:
                needs = (
                    "be positive or zero"
                    if parameter.startswith("init")
                    else ("be greater than or equal to 0")
                )
                raise ValueError(f"{parameter} {value} needs to {needs}")
        if learning_rate_power > 0.0:
            raise ValueError(
                f"learning_rate_power {learning_rate_power} needs to be negative or zero"
            )
        super().__init__(
            use_locking,
            name,
            learning_rate=learning_rate,
            power=learning_rate_power,
            initial_accumulator_value=initial_accumulator_value,
            l1=l1_regularization_strength,
            l2=l2_regularization_strength,
            shrinkage=l2_shrinkage_regularization_strength,
            beta=beta or 0.0,
        )

    def _rule(self, x: Any, gradient: Any, slots: Values, given: Values) -> tuple[Any, Values]:
        rate, power = given["learning_rate"], given["power"]
        l2 = given["l2"] + given["beta"] / (2.0 * rate) if given["beta"] else given["l2"]
        accumulated = slots["accum"] + tf.square(gradient)
        before, after = (_power(value, -power) for value in (slots["accum"], accumulated))
        shrunk = gradient + 2 * given["shrinkage"] * x if given["shrinkage"] else gradient
        linear = slots["linear"] + shrunk - (after - before) / rate * x
        quadratic = after / rate + 2 * l2
        penalty = tf.clip_by_value(linear, -given["l1"], given["l1"])
        return (penalty - linear) / quadratic, {"accum": accumulated, "linear": linear}


def _power(x: Any, exponent: Any) -> Any:
    return tf.sqrt(x) if exponent == 0.5 else tf.pow(x, exponent)


class AdagradDAOptimizer(_ByRule):
    """Implements `tf.compat.v1.train.AdagradDAOptimizer`. Raises ValueError as Adagrad's."""

    _slot_values = {
        "gradient_accumulator": 0.0,
        "gradient_squared_accumulator": "initial_accumulator_value",
    }

    def __init__(
        self,
        learning_rate: Any,
        global_step: Any,
        initial_gradient_squared_accumulator_value: Any = 0.1,
        l1_regularization_strength: Any = 0.0,
        l2_regularization_strength: Any = 0.0,
        use_locking: Any = False,
        name: str = "AdagradDA",
    ) -> None:
        if initial_gradient_squared_accumulator_value <= 0.0:
            raise ValueError(
                "initial_gradient_squared_accumulator_value must be positive: "
                f"{initial_gradient_squared_accumulator_value}"
            )
        super().__init__(
            use_locking,
            name,
            learning_rate=learning_rate,
            initial_accumulator_value=initial_gradient_squared_accumulator_value,
            l1=l1_regularization_strength,
            l2=l2_regularization_strength,
        )
        self._global_step = global_step

    def _rule(self, x: Any, gradient: Any, slots: Values, given: Values) -> tuple[Any, Values]:
        rate, l1 = given["learning_rate"], given["l1"]
        step = tf.cast(tf.identity(self._global_step) + 1, x.dtype)
        total = slots["gradient_accumulator"] + gradient
        squares = slots["gradient_squared_accumulator"] + tf.square(gradient)
        direction = total
        if l1 > 0:
            direction = tf.sign(total) * tf.maximum(tf.abs(total) - l1 * step, 0)
        x = -rate * direction / (given["l2"] * step * rate + tf.sqrt(squares))
        return x, {"gradient_accumulator": total, "gradient_squared_accumulator": squares}


class AdamOptimizer(_ByRule):
    """Implements `tf.compat.v1.train.AdamOptimizer`."""

    _slot_values = {"m": 0.0, "v": 0.0}
    _names = ("learning_rate", "beta1", "beta2", "epsilon")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: Any = False,
        name: str = "Adam",
        use_own_namescope_for_non_slot_vars: bool = False,
    ) -> None:
        super().__init__(
            use_locking,
            name,
            learning_rate=learning_rate,
            beta1=beta1,
            beta2=beta2,
            epsilon=epsilon,
        )

    def _create_slots(self, var_list: list[Any]) -> None:
        for name in ("beta1", "beta2"):
            initial = tf.cast(self._call_if_callable(self._given[name]), tf.float32)
            self._create_non_slot_variable(initial, f"{name}_power")
        super()._create_slots(var_list)

    def _powers(self) -> tuple[Any, Any]:
        own = {name: variable for (name, _), variable in self._non_slot_dict.items()}
        return own["beta1_power"], own["beta2_power"]

    def _cast(self, dtype: Any) -> Values:
        given = super()._cast(dtype)
        first, second = (tf.cast(tf.identity(power), dtype) for power in self._powers())
        given["step"] = given["learning_rate"] * tf.sqrt(1 - second) / (1 - first)
        return given

    def _rule(self, x: Any, gradient: Any, slots: Values, given: Values) -> tuple[Any, Values]:
        m = slots["m"] + (gradient - slots["m"]) * (1 - given["beta1"])
        v = slots["v"] + (tf.square(gradient) - slots["v"]) * (1 - given["beta2"])
        return x - m * given["step"] / (tf.sqrt(v) + given["epsilon"]), {"m": m, "v": v}

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> Any:
        # All rows move: those without a gradient by their averages.
        given, slots = self._cast(handle.dtype), self._slots_of(handle)
        new = {}
        for slot, beta, part in (("m", "beta1", grad), ("v", "beta2", tf.square(grad))):
            decayed = tf.identity(slots[slot]) * given[beta]
            new[slot] = tf.tensor_scatter_nd_add(
                decayed, indices[:, tf.newaxis], part * (1 - given[beta])
            )
        step = given["step"] * new["m"] / (tf.sqrt(new["v"]) + given["epsilon"])
        updates = [slots[slot].assign(value) for slot, value in new.items()]
        return tf.group(handle.assign_sub(step), *updates)

    def _finish(self, update_ops: list[Any], name_scope: str) -> Any:
        with tf.control_dependencies([op for op in update_ops if op is not None]):
            powers = [
                power.assign(power * self._hyper[name])
                for name, power in zip(("beta1", "beta2"), self._powers(), strict=True)
            ]
        return tf.group(*update_ops, *powers, name=name_scope)
