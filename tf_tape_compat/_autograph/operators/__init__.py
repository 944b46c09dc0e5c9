"""What converted code calls in place of Python's statements and operators."""

from __future__ import annotations

from typing import Any

from malt.operators.data_structures import ListPopOpts, ListStackOpts
from malt.operators.slices import GetItemOpts
from malt.operators.variables import Undefined, UndefinedReturnValue, ld, ldu

from . import builtins, conditionals, lists, logical, loops


def autograph_artifact(function: Any) -> Any:
    """Marks a function of converted code, which is not converted again."""
    function.autograph_info__ = {}
    return function


OPERATORS: dict[str, Any] = {
    "if_stmt": conditionals.if_stmt,
    "if_exp": conditionals.if_exp,
    "assert_stmt": conditionals.assert_stmt,
    "while_stmt": loops.while_stmt,
    "for_stmt": loops.for_stmt,
    "and_": logical.and_,
    "or_": logical.or_,
    "not_": logical.not_,
    "eq": logical.eq,
    "not_eq": logical.not_eq,
    "new_list": lists.new_list,
    "list_append": lists.list_append,
    "list_pop": lists.list_pop,
    "list_stack": lists.list_stack,
    "get_item": lists.get_item,
    "set_item": lists.set_item,
    "ListPopOpts": ListPopOpts,
    "ListStackOpts": ListStackOpts,
    "GetItemOpts": GetItemOpts,
    "ld": ld,
    "ldu": ldu,
    "Undefined": Undefined,
    "UndefinedReturnValue": UndefinedReturnValue,
    "autograph_artifact": autograph_artifact,
    **builtins.BY_NAME,
}
