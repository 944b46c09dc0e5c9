"""Third derivatives of each differentiable operation, each tape opened after the one before."""

from tests.parity.derivative_tables.orders import cases, latest_derivative

CASES = cases(latest_derivative, narrow=False)
