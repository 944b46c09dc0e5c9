"""First, second and third derivatives of each differentiable operation, by nested tapes."""

from tests.parity.derivative_tables.orders import cases, derivatives

CASES = cases(derivatives)
