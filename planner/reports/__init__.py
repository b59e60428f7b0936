"""The files that other programs read: GeoPackage, tables, provenance."""
