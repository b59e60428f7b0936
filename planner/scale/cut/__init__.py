"""An extract cut into tiles, and what is known of the whole before any street is built."""

__all__: list[str] = []
