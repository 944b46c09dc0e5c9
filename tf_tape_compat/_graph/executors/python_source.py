"""The executor: a generated Python function, with one line for each call of a program.

The values of a program are the variables `v1`, `v2`, ... of the function. Those that the storage
plan keeps in a buffer are `b1`, `b2`, ..., views of buffers are `w1`, `w2`, ..., and `a_v1` and the
like are the same memory for NumPy.
"""

from __future__ import annotations

import itertools
import linecache
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.utils._python_dispatch import _disable_current_modes

from ..program import Instruction, Program, Ref, Store, replace_refs
from .arithmetic import EQUAL_IN_NUMPY, in_place, out_callable, out_keyword
from .storage_plan import Delivery, StoragePlan, Way, ends_of_inputs
from .torch_functions import fast_callable

_numbers = itertools.count()
_LITERALS = frozenset((int, bool, str, type(None)))
# Entering the guard that skips autograd takes as long as it saves in so many calls.
_MIN_GUARDED_CALLS = 6


class Source:
    """The source of the function of a program, and the names that it uses.

    Attributes:
      line_calls: the instruction of each line.
      explains: whether its errors are TensorFlow's, by `_explain`.
      keeps_grad_mode: whether the calls run in the mode that is on. So nothing that they read may
        be in torch's graph.
    """

    name = "run"
    explains = False
    keeps_grad_mode = False

    def __init__(
        self,
        program: Program,
        plan: StoragePlan,
        run_transformed: Callable[..., list[Any]] | None = None,
    ) -> None:
        """`run_transformed` runs the program under torch.func's transforms, such as vmap.

        Their tensors cannot be written into others. If it is None, this is that function.
        """
        self._program = program
        self._plan = plan
        self._names: dict[int, str] = {}  # by id of an object
        self.namespace: dict[str, Any] = {
            "_is_grad_enabled": torch.is_grad_enabled,
            "_set_grad": torch._C._set_grad_enabled,
            "_below_autograd": torch._C._AutoDispatchBelowAutograd,
            "_errstate": np.errstate,
            "_array": _array,
            "_is_transformed": torch._C._are_functorch_transforms_active,
            "_run_transformed": run_transformed,
        }
        self._is_for_transforms = run_transformed is None
        self.line_calls: dict[int, Instruction] = {}
        self._owner = program.families()
        self._lines: list[str] = []
        self._indent = ""

    def compile(self) -> Callable[..., list[Any]]:
        """The function, from the payloads of the inputs to those of the outputs."""
        filename = f"<lowered program {next(_numbers)}>"
        with _disable_current_modes():  # constants have values, also while a graph is lowered
            text = self.text()
        linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
        exec(compile(text, filename, "exec"), self.namespace)
        function: Callable[..., list[Any]] = self.namespace[self.name]
        weakref.finalize(function, linecache.cache.pop, filename, None).atexit = False
        return function

    def head(self) -> list[str]:
        """The first lines, which give the inputs their names."""
        inputs = ", ".join(f"v{n}" for n in self._program.inputs)
        lines = [f"def run({inputs}):"]
        if self._plan.reuses_memory:
            lines.append(f"    if _is_transformed(): return _run_transformed({inputs})")
        return lines

    def give(self, outputs: list[str]) -> list[str]:
        """The last lines, which return the outputs."""
        return [f"return [{', '.join(outputs)}]"]

    def text(self) -> str:
        """The source."""
        program, plan, lines = self._program, self._plan, self._lines
        lines += self.head()
        self._indent = "    "
        if self.explains:
            self._open("try:")
        self._add_buffers()
        finish = self._enter()
        for number, value in program.constants.items():
            self.namespace[f"v{number}"] = value
        for handle, number in program.reads:
            self._add(f"v{number} = {self._name(handle)}.data")
        for number in (*program.inputs, *(n for _, n in program.reads)):
            self._add_array(number)
        last_use = self._last_uses()
        calls = zip(program.instructions, plan.deliveries, strict=True)
        for position, (instruction, delivery) in enumerate(calls):
            dead = [f"v{n}" for n in last_use.get(position, ())]
            statements = [f"del {', '.join(dead)}"] if dead else []
            if delivery.way is not Way.KEPT:
                self.line_calls[len(lines) + 1] = instruction
                statements.insert(0, self._statement(instruction, delivery))
            if statements:
                self._add("; ".join(statements))
            for result in instruction.results:
                self._add_array(result)
        if plan.buffers:
            self._add("_give(buffers)")
        for line in self.give([self._output(number) for number in program.outputs]):
            self._add(line)
        lines += finish
        if self.explains:
            lines.append("    except Exception as error: raise _explain(error) from None")
        return "\n".join(lines)

    def _add(self, line: str) -> None:
        self._lines.append(self._indent + line)

    # -- the head of the function -----------------------------------------------------------------

    def _add_buffers(self) -> None:
        """Takes a set of buffers that no other call uses, or makes one."""
        layouts = self._plan.buffers
        if not layouts:
            return
        plan = self._plan
        views = [n for i in plan.views for n in i.results if n is not None]
        names = [*(f"b{k}" for k in range(len(layouts))), *(f"w{n}" for n in views)]
        in_numpy = [k for k, name in enumerate(names) if name in plan.arrays]
        names += [f"a_{names[k]}" for k in in_numpy]

        def make() -> list[Any]:
            tensors = [torch.empty(x.shape, dtype=x.dtype) for x in layouts]
            known: dict[int | None, Any] = {n: tensors[k] for n, k in plan.places.items()}
            for i in plan.views:
                args = replace_refs((i.args, i.kwargs), known.__getitem__)
                taken = i.function(*args[0], **args[1])
                known.update(zip(i.results, [taken] if i.single else taken, strict=True))
            tensors += [known[n] for n in views]
            return [*tensors, *(tensors[k].numpy() for k in in_numpy)]

        pool: list[list[Any]] = []
        self.namespace.update(_take=pool.pop, _give=pool.append, _make=make)
        self._add("try: buffers = _take()")
        self._add("except IndexError: buffers = _make()")
        self._add(f"{', '.join(names)}, = buffers")

    def _enter(self) -> list[str]:
        """Adds what comes before the calls; returns the lines that come after them."""
        plan = self._plan
        in_torch = sum(x.way is not Way.NUMPY for x in plan.deliveries)
        contexts = []
        finish: list[str] = []
        # Other functions than torch's operators may use autograd.
        if in_torch >= _MIN_GUARDED_CALLS and not (
            self._calls_functions or self._is_for_transforms
        ):
            contexts.append("_below_autograd()")
        elif not self.keeps_grad_mode or self._calls_functions:
            self._add("grad_enabled = _is_grad_enabled()")
            self._add("_set_grad(False)")
            finish = [f"{self._indent}finally: _set_grad(grad_enabled)"]
            self._open("try:")
        if self._uses_numpy:
            contexts.append("_errstate(all='ignore')")
        if contexts:
            self._open(f"with {', '.join(contexts)}:")
        return finish

    def _open(self, line: str) -> None:
        self._add(line)
        self._indent += "    "

    @property
    def _calls_functions(self) -> bool:
        """Whether it calls other functions than torch's operators."""
        return not all(
            isinstance(i.function, (torch._ops.OpOverload, Store))
            for i in self._program.instructions
        )

    @property
    def _uses_numpy(self) -> bool:
        return any(x.way is Way.NUMPY for x in self._plan.deliveries)

    def _add_array(self, number: int | None) -> None:
        if f"v{number}" in self._plan.arrays:
            self._add(f"a_v{number} = _array(v{number})")

    # -- calls ------------------------------------------------------------------------------------

    def _last_uses(self) -> dict[int, list[int]]:
        """The values that are needed no more after each instruction."""
        last: dict[int, int] = {}
        for position, instruction in enumerate(self._program.instructions):
            for n in (*instruction.reads, *instruction.results):
                if n is not None:
                    last[n] = position
        for n, position in ends_of_inputs(self._program).items():
            if n in last:
                last[n] = max(last[n], position)
        kept = set(self._program.constants) | {n for n in self._program.outputs if n is not None}
        kept |= self._plan.places.keys() | self._plan.viewed
        by_position: dict[int, list[int]] = {}
        for number, position in last.items():
            if number not in kept:
                by_position.setdefault(position, []).append(number)
        return by_position

    def _statement(self, instruction: Instruction, delivery: Delivery) -> str:
        if isinstance(instruction.function, Store):
            return self._store(instruction)
        names = [f"v{n}" if n is not None else "_" for n in instruction.results]
        if delivery.way is Way.NUMPY:
            assert delivery.into is not None
            ufunc = EQUAL_IN_NUMPY[instruction.function][0]
            arrays = [self._as_array(instruction, x) for x in instruction.args]
            # By position, which is faster, except where NumPy warns.
            keyword = "out=" if ufunc in (np.maximum, np.minimum) else ""
            arrays.append(f"{keyword}a_{self._plan.name(delivery.into)}")
            return f"{self._name(ufunc)}({', '.join(arrays)})"
        call = self._torch_call(instruction, delivery)
        if instruction.single:
            return call if instruction.results[0] in self._plan.places else f"{names[0]} = {call}"
        return f"{', '.join(names)}, = {call}" if names else call

    def _torch_call(self, instruction: Instruction, delivery: Delivery) -> str:
        function, callable_ = instruction.function, None
        if delivery.way is Way.IN_PLACE:
            callable_ = in_place(function)
        elif delivery.way is Way.OUT:
            callable_ = out_callable(function)
        if callable_ is None:
            callable_ = fast_callable(function)
            if any(isinstance(x, (list, tuple)) and None in x for x in instruction.args):
                callable_ = function._op  # torch's bindings take no None in lists
        arguments = [self._literal(x) for x in instruction.args]
        arguments += [f"{key}={self._literal(x)}" for key, x in instruction.kwargs.items()]
        if delivery.way is Way.OUT:
            assert delivery.into is not None
            arguments.append(f"{out_keyword(function)}={self._plan.name(delivery.into)}")
        return f"{self._name(callable_)}({', '.join(arguments)})"

    def _as_array(self, instruction: Instruction, value: Any) -> str:
        """An argument of a NumPy function."""
        if type(value) is not Ref:
            dtype = self._program.layouts[instruction.reads[0]].dtype
            return self._name(torch.tensor(value, dtype=dtype).numpy())
        number = value.number
        if number in self._program.constants:
            return self._name(_array(self._program.constants[number]))
        return f"a_{self._plan.name(number)}"

    def _store(self, instruction: Instruction) -> str:
        """An assignment: the value itself, if nothing else has its memory, or else a copy."""
        handle = self._name(instruction.function.handle)
        ref = instruction.args[0]
        number = ref.number
        makers = [i for i in self._program.instructions if number in i.results]
        stores = [
            i
            for i in self._program.instructions
            if isinstance(i.function, Store) and self._root(i.args[0].number) == self._root(number)
        ]
        is_own = bool(makers) and not makers[0].is_view and not makers[0].mutates
        if is_own and len(stores) == 1:
            return f"{handle}.data = v{number}"
        # Never in place: the program may have read the value before.
        return f"{handle}.data = v{number}.clone()"

    def _root(self, number: int) -> int:
        return self._owner.get(number, number)

    def _output(self, number: int | None) -> str:
        if number is None:
            return "None"
        stored = {
            self._root(i.args[0].number)
            for i in self._program.instructions
            if isinstance(i.function, Store)
        }
        if number in self._program.constants:
            return f"v{number}.clone()"
        root = self._root(number)
        outside = root == number and root not in self._owner  # an input or a read
        repeated = self._program.outputs.count(number) > 1
        return f"v{number}.detach()" if outside or repeated or root in stored else f"v{number}"

    def _literal(self, value: Any) -> str:
        cls = type(value)
        if cls is Ref:
            return self._plan.name(value.number)
        if cls in _LITERALS:
            return repr(value)
        if isinstance(value, (list, tuple)):
            items = "".join(f"{self._literal(item)}, " for item in value)
            return f"[{items}]" if isinstance(value, list) else f"({items})"
        return self._name(value)

    def _name(self, value: Any) -> str:
        name = self._names.get(id(value))
        if name is None:
            name = self._names[id(value)] = f"c{len(self._names)}"
            self.namespace[name] = value  # which keeps it alive, and so its id
        return name


def _array(payload: torch.Tensor) -> np.ndarray:
    """The memory of a tensor as an array."""
    try:
        return payload.numpy()
    except RuntimeError:  # it is in a graph, or negated lazily
        return payload.detach().resolve_neg().numpy()
