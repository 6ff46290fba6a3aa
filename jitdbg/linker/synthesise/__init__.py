"""What the linker makes itself: the tables of the loader, of unwinders and of debuggers."""
