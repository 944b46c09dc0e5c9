"""`tf.compat.v1.variable_scope`, `get_variable` and `make_template`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import tf_tape_compat as tf
from tf_tape_compat import NotAvailableError

from .graphs import graphs
from .variable_store import ReuseMode, VariableStore, current_store, template_store

_COLLECTION = "__varscope"
_DEFAULTS = (
    "initializer regularizer caching_device partitioner custom_getter constraint use_resource"
).split()


class VariableScope:
    """The defaults of the variables below a name. Implements `tf.compat.v1.VariableScope`."""

    def __init__(
        self,
        reuse: Any,
        name: str = "",
        initializer: Any = None,
        regularizer: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        custom_getter: Any = None,
        name_scope: str = "",
        dtype: Any = tf.float32,
        use_resource: Any = None,
        constraint: Any = None,
    ) -> None:
        self._name = name
        self._initializer = initializer
        self._regularizer = regularizer
        self._reuse = ReuseMode.AUTO_REUSE if tf.executing_eagerly() else reuse
        self._caching_device = caching_device
        self._partitioner = partitioner
        self._custom_getter = custom_getter
        self._name_scope = name_scope
        self._dtype = dtype
        self._use_resource = use_resource
        self._constraint = constraint

    name = property(lambda self: self._name)
    original_name_scope = property(lambda self: self._name_scope)
    reuse = property(lambda self: self._reuse)
    initializer = property(lambda self: self._initializer)
    regularizer = property(lambda self: self._regularizer)
    caching_device = property(lambda self: self._caching_device)
    partitioner = property(lambda self: self._partitioner)
    custom_getter = property(lambda self: self._custom_getter)
    dtype = property(lambda self: self._dtype)
    use_resource = property(lambda self: self._use_resource)
    constraint = property(lambda self: self._constraint)

    def reuse_variables(self) -> None:
        """From now on, variables must exist."""
        self._reuse = True

    def set_initializer(self, initializer: Any) -> None:
        """Sets the default of `initializer`."""
        self._initializer = initializer

    def set_dtype(self, dtype: Any) -> None:
        """Sets the default of `dtype`."""
        self._dtype = dtype

    def set_use_resource(self, use_resource: Any) -> None:
        """Sets the default of `use_resource`, which has no effect."""
        self._use_resource = use_resource

    def set_regularizer(self, regularizer: Any) -> None:
        """Sets the default of `regularizer`."""
        self._regularizer = regularizer

    def set_caching_device(self, caching_device: Any) -> None:
        """Sets the default of `caching_device`, which has no effect."""
        self._caching_device = caching_device

    def set_partitioner(self, partitioner: Any) -> None:
        """Sets the default of `partitioner`."""
        self._partitioner = partitioner

    def set_custom_getter(self, custom_getter: Any) -> None:
        """Sets the default of `custom_getter`."""
        self._custom_getter = custom_getter

    def get_collection(self, name: str) -> list[Any]:
        """The values of a collection of the graph whose names begin with this scope's."""
        scope = f"{self._name}/" if self._name else self._name
        values: list[Any] = graphs("get_default_graph")().get_collection(name, scope)
        return values

    def trainable_variables(self) -> list[Any]:
        """The trainable variables of the scope."""
        return self.get_collection("trainable_variables")

    def global_variables(self) -> list[Any]:
        """The variables of the scope."""
        return self.get_collection("variables")

    def local_variables(self) -> list[Any]:
        """The local variables of the scope."""
        return self.get_collection("local_variables")

    def get_variable(
        self,
        var_store: VariableStore,
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        reuse: Any = None,
        trainable: Any = None,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        validate_shape: bool = True,
        use_resource: Any = None,
        custom_getter: Any = None,
        constraint: Any = None,
        synchronization: Any = tf.VariableSynchronization.AUTO,
        aggregation: Any = tf.VariableAggregation.NONE,
    ) -> Any:
        """The variable of a name in this scope."""
        if (partitioner or self._partitioner) is not None:
            raise NotAvailableError("get_variable(partitioner=...): variables are not partitioned")
        initializer = self._initializer if initializer is None else initializer
        regularizer = self._regularizer if regularizer is None else regularizer
        constraint = self._constraint if constraint is None else constraint
        custom_getter = self._custom_getter if custom_getter is None else custom_getter
        if tf.executing_eagerly():
            reuse = ReuseMode.AUTO_REUSE
        elif reuse is None:
            reuse = self._reuse
        full = f"{self._name}/{name}" if self._name and name else name or self._name
        if initializer is not None and not callable(initializer):
            dtype = _dtype_of_value(initializer, dtype)
        dtype = self._dtype if dtype is None else dtype

        def getter(
            name: str,
            shape: Any = None,
            dtype: Any = tf.float32,
            initializer: Any = None,
            regularizer: Any = None,
            reuse: Any = None,
            trainable: Any = None,
            collections: Any = None,
            **options: Any,
        ) -> Any:
            options = {key: options[key] for key in _PASSED if key in options}
            return var_store.get(
                name,
                shape,
                dtype,
                initializer,
                regularizer,
                reuse,
                trainable,
                collections,
                **options,
            )

        arguments: dict[str, Any] = {
            "shape": shape,
            "dtype": dtype,
            "initializer": initializer,
            "regularizer": regularizer,
            "reuse": reuse,
            "trainable": trainable,
            "collections": collections,
            "caching_device": caching_device,
            "partitioner": partitioner,
            "validate_shape": validate_shape,
            "use_resource": use_resource,
            "constraint": constraint,
            "synchronization": synchronization,
            "aggregation": aggregation,
        }
        if custom_getter is None:
            return getter(full, **arguments)
        return custom_getter(getter, name=full, **arguments)


def _dtype_of_value(initial_value: Any, dtype: Any) -> tf.DType:
    """The dtype of an initial value. Raises ValueError if `dtype` is another one."""
    with tf.control_dependencies(None):
        given = tf.convert_to_tensor(initial_value).dtype
    if dtype is not None and tf.as_dtype(dtype) != given:
        raise ValueError(
            f"Initializer type '{given}' and explicit dtype '{tf.as_dtype(dtype)}' don't match."
        )
    return given


_PASSED = ("constraint", "synchronization", "aggregation")


class _Eager(threading.local):
    scope: VariableScope | None = None


_eager = _Eager()


def get_variable_scope() -> VariableScope:
    """The current scope of the graph, or that of eager execution."""
    if tf.executing_eagerly():
        if _eager.scope is None:
            _eager.scope = VariableScope(False)
        return _eager.scope
    present: list[VariableScope] = graphs("get_default_graph")().get_collection_ref(_COLLECTION)
    if not present:
        present.append(VariableScope(False))
    return present[0]


def _set_scope(scope: VariableScope) -> None:
    if tf.executing_eagerly():
        _eager.scope = scope
    else:
        graphs("get_default_graph")().get_collection_ref(_COLLECTION)[:] = [scope]


class variable_scope:  # noqa: N801
    """A context whose variables have names below this one.

    Implements `tf.compat.v1.variable_scope`.

    Raises:
      TypeError: if the name is neither a string nor a scope.
      ValueError: if there is no name.
    """

    def __init__(
        self,
        name_or_scope: Any,
        default_name: str | None = None,
        values: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        custom_getter: Any = None,
        reuse: Any = None,
        dtype: Any = None,
        use_resource: Any = None,
        constraint: Any = None,
        auxiliary_name_scope: bool = True,
    ) -> None:
        if name_or_scope is None and default_name is None:
            raise TypeError("If default_name is None then name_or_scope is required")
        if not isinstance(name_or_scope, (str, VariableScope, type(None))):
            raise TypeError("VariableScope: name_or_scope must be a string or VariableScope.")
        if reuse is False:
            reuse = None  # the scope around it decides
        self._name_or_scope, self._default_name = name_or_scope, default_name
        self._given: dict[str, Any] = {
            "initializer": initializer,
            "regularizer": regularizer,
            "caching_device": caching_device,
            "partitioner": partitioner,
            "custom_getter": custom_getter,
            "constraint": constraint,
            "use_resource": use_resource,
        }
        self._reuse, self._dtype = reuse, dtype
        self._has_name_scope = auxiliary_name_scope
        self._entered: list[tuple[Any, Any, Any, str]] = []

    def __enter__(self) -> VariableScope:
        outer, store = get_variable_scope(), current_store()
        given = self._name_or_scope
        base = given if isinstance(given, VariableScope) else outer
        if isinstance(given, VariableScope):
            name, own = given.name, given.name.rpartition("/")[2]
        else:
            if given is None:
                if self._reuse:
                    raise ValueError("reuse=True cannot be used without a name_or_scope")
                given = store.unique_scope(outer.name, str(self._default_name))
            name, own = (f"{outer.name}/{given}" if outer.name and given else given), given
        names = tf.name_scope(own) if self._has_name_scope and own else None
        names_entered = names.__enter__() if names is not None else None
        defaults = {
            key: getattr(base, f"_{key}") if self._given[key] is None else self._given[key]
            for key in _DEFAULTS
        }
        scope = VariableScope(
            (base.reuse if self._reuse is None else self._reuse) or outer.reuse,
            name,
            dtype=base.dtype if self._dtype is None else self._dtype,
            name_scope=(
                base.original_name_scope
                if isinstance(self._name_or_scope, VariableScope)
                else names_entered or outer.original_name_scope
            ),
            **defaults,
        )
        store.open_scope(name)
        _set_scope(scope)
        self._entered.append((outer, names, store, name))
        return scope

    def __exit__(self, *exception: Any) -> None:
        outer, names, store, name = self._entered.pop()
        store.close_subscopes(name)
        _set_scope(outer)
        if names is not None:
            names.__exit__(*exception)


def get_variable(name: str, **arguments: Any) -> Any:
    """The variable of a name in the current scope."""
    return get_variable_scope().get_variable(current_store(), name, **arguments)


class Template:
    """A function whose variables are made by the first call, and found by the later ones."""

    def __init__(
        self, name: str, function: Callable[..., Any], unique_name: str | None, getter: Any
    ) -> None:
        self._function, self._unique_name, self._getter = function, unique_name, getter
        self._given_name = name
        self._scope: VariableScope | None = None
        self._has_variables = False
        self._store = VariableStore(is_eager=True, keeps_variables=True)

    def open_scope(self) -> None:
        """Chooses the name of the scope."""
        chosen = self._unique_name
        with variable_scope(
            chosen, self._given_name, custom_getter=self._getter, auxiliary_name_scope=False
        ) as scope:
            self._scope = scope

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._scope is None:
            self.open_scope()
        assert self._scope is not None
        reuse = True if self._has_variables else None
        if not tf.executing_eagerly():
            before = set(map(id, self._scope.global_variables()))
            with variable_scope(self._scope, reuse=reuse):
                result = self._function(*args, **kwargs)
            self._has_variables = self._has_variables or any(
                id(variable) not in before for variable in self._scope.global_variables()
            )
            return result
        with template_store(self._store), variable_scope(self._scope):
            return self._function(*args, **kwargs)

    @property
    def name(self) -> str:
        """The name it was made with."""
        return self._given_name

    @property
    def func(self) -> Callable[..., Any]:
        """The function."""
        return self._function

    @property
    def variable_scope(self) -> VariableScope | None:
        """The scope of its variables, after the first call."""
        return self._scope

    @property
    def variable_scope_name(self) -> str | None:
        """The name of that scope."""
        return None if self._scope is None else self._scope.name

    @property
    def global_variables(self) -> list[Any]:
        """Its variables."""
        if tf.executing_eagerly():
            return list(self._store.variables.values())
        return [] if self._scope is None else self._scope.global_variables()

    variables = global_variables
    weights = global_variables

    @property
    def trainable_variables(self) -> list[Any]:
        """Its trainable variables."""
        return [variable for variable in self.global_variables if variable.trainable]

    trainable_weights = trainable_variables


def make_template(
    name: str,
    function: Callable[..., Any],
    create_scope_now: bool,
    unique_name: str | None,
    custom_getter: Any,
    arguments: dict[str, Any],
) -> Template:
    """A function whose variables are made once."""

    def with_arguments(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **{**arguments, **kwargs})

    template = Template(name, with_arguments if arguments else function, unique_name, custom_getter)
    if create_scope_now:
        template.open_scope()
    return template
