"""Debug info for what was compiled from no source file, or whose source file will be gone."""
