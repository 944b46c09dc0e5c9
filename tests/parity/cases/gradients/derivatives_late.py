"""Second and third derivatives of each differentiable operation, by tapes opened later."""

from tests.parity.derivative_tables.orders import cases, late_derivatives

CASES = cases(late_derivatives, narrow=False)
