"""What the operations share: argument parsing, gradient rules, kernels that torch lacks."""
