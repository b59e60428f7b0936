"""How long it takes: minutes, routes and isochrones, door to door."""
