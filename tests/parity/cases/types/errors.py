"""`tf.errors`: the classes, their codes, constructors, attributes and texts."""

import copy
import pickle

from tests.parity.harness import attempt, exact_message

_CODES = (
    "OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS "
    "PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED "
    "INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED"
).split()

_CLASSES = (
    "CancelledError UnknownError InvalidArgumentError DeadlineExceededError NotFoundError "
    "AlreadyExistsError PermissionDeniedError UnauthenticatedError ResourceExhaustedError "
    "FailedPreconditionError AbortedError OutOfRangeError UnimplementedError InternalError "
    "UnavailableError DataLossError"
).split()


def _described(error):
    fields = "message op node_def error_code experimental_payloads args".split()
    return {
        "type": type(error),
        "str": attempt(str, error),
        "repr": repr(error),
        **{field: getattr(error, field) for field in fields},
    }


def _class_case(name):
    @exact_message
    def case(tf):
        cls = getattr(tf.errors, name)
        plain = cls(None, None, "went wrong")
        full = cls("node", None, "went wrong", {"key": b"payload"})
        named = cls(node_def=None, op=None, message="")
        errors = [plain, full, named, copy.copy(full), pickle.loads(pickle.dumps(full))]
        return (
            list(cls.__mro__),
            cls.__name__,
            [_described(error) for error in errors],
            attempt(cls),
            attempt(cls, "only a message"),
        )

    return case


CASES = {f"class_{name}": _class_case(name) for name in _CLASSES}


def codes(tf):
    return {name: getattr(tf.errors, name) for name in _CODES}


@exact_message
def base_class(tf):
    error = tf.errors.OpError(None, None, "went wrong", 5)
    return (
        list(tf.errors.OpError.__mro__),
        _described(error),
        _described(tf.errors.OpError("node", None, "m", 99, {"a": 1})),
        _described(pickle.loads(pickle.dumps(error))),
        attempt(tf.errors.OpError, None, None, "no code"),
    )


def graph_error(tf):
    cls = tf.errors.OperatorNotAllowedInGraphError
    return list(cls.__mro__), str(cls("text")), cls("text", 2).args


def message_is_read_only(tf):
    tf.errors.NotFoundError(None, None, "x").message = "y"


@exact_message
def subclass_with_fewer_arguments(tf):
    class Mine(tf.errors.InvalidArgumentError):
        def __init__(self, message):
            super().__init__(None, None, message)

    error = Mine("mine")
    return _described(error), error.__reduce__()[1], isinstance(error, tf.errors.OpError)


def text_with_an_operation(tf):
    class Operation:
        name = "made_up"
        traceback = None
        _original_op = None

    return str(tf.errors.InternalError(None, Operation(), "went wrong"))


def message_that_is_no_text(tf):
    error = tf.errors.InternalError(None, None, None)
    return error.message, attempt(str, error)


@exact_message
def raised(tf):
    raise tf.errors.ResourceExhaustedError(None, None, "no memory left")


def caught_by_the_base(tf):
    try:
        raise tf.errors.OutOfRangeError(None, None, "end")
    except tf.errors.OpError as error:
        print(f"{type(error).__name__}: {error}")
    return issubclass(tf.errors.InvalidArgumentError, ValueError)
