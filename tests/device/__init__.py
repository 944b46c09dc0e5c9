"""The devices on which the tests run, and an accelerator that is pretended where there is none."""
