"""The relocation arithmetic of each architecture: one file for each."""
