"""A city in tiles: what no one computer holds is answered piece by piece, and joined exactly."""
