"""What describes values: element types, shapes, specs, and the argument types of operations."""
