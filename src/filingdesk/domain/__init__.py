"""What a filing is: facts, values, paths, findings. stdlib and pydantic only; no I/O, no clock."""
