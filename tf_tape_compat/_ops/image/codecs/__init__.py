"""Image formats. The modules named for a format translate bytes to NumPy arrays and back."""
