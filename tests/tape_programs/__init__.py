"""Random tape programs, their outcomes on TensorFlow, and the replay of both on this package."""
