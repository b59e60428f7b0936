"""Tables that other libraries take apart, in a process of its own that a bad file may crash."""

__all__: list[str] = []
