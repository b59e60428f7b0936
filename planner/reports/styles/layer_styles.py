"""Styles of layers: as QGIS keeps them in a GeoPackage, so that each layer opens styled."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

import geopandas as gpd

from planner.reports.geopackage_sql import NO_DATE, change_geopackage
from planner.reports.styles._looks import LOOKS, Look
from planner.reports.styles._symbols import element, to_document
from planner.texts.report_texts import REPORT_TEXTS

#: The version of QGIS whose way of writing this is; later ones read it.
QGIS_VERSION: Final = "3.22.0"
#: As QGIS makes it, so that it finds the styles.
_TABLE: Final = """create table layer_styles (
id integer primary key autoincrement not null, f_table_catalog text(256), f_table_schema text(256),
f_table_name text(256), f_geometry_column text(256), styleName text(30), styleQML text,
styleSLD text, useAsDefault boolean, description text, owner text(30), ui text(30),
update_time datetime)"""
_CONTENTS: Final = (
    "insert into gpkg_contents (table_name, data_type, identifier, description, last_change) "
    "values ('layer_styles', 'attributes', 'layer_styles', '', ?)"
)


def build_look(name: str, layer: gpd.GeoDataFrame, language: str) -> Look:
    """Return how a layer looks, with its words in a language."""
    return LOOKS[name](layer, REPORT_TEXTS[language])


def add_look(parent: Element, look: Look) -> None:
    """Put what a look consists of into the element of a style or of a layer in a project."""
    scaled = int(bool(look.below))
    parent.set("hasScaleBasedVisibilityFlag", str(scaled))
    # To QGIS the smallest scale is the one with the largest number behind the colon.
    parent.set("minScale", str(look.below or 100_000_000))
    parent.set("maxScale", "0")
    parent.set("labelsEnabled", str(int(look.names is not None)))
    parent.append(look.renderer)
    if look.names is not None:
        parent.append(look.names)
    element("layerOpacity", parent).text = f"{look.opacity:g}"
    geometry = {"Point": 0, "Line": 1, "Polygon": 2}[look.geometry]
    element("layerGeometryType", parent).text = str(geometry)


def build_styles(layers: Mapping[str, gpd.GeoDataFrame], language: str) -> dict[str, str]:
    """Return the style of each layer as QML.

    Parameters
    ----------
    layers
        Of result.gpkg.
    language
        zh or en: of the words in legends and labels.
    """
    styles = {}
    for name, layer in layers.items():
        if name in LOOKS:
            root = element("qgis", version=QGIS_VERSION, styleCategories="AllStyleCategories")
            add_look(root, build_look(name, layer, language))
            styles[name] = to_document(root)
    return styles


def write_layer_styles(path: Path, layers: Mapping[str, gpd.GeoDataFrame], language: str) -> None:
    """Write the styles of layers into their GeoPackage, each the default of its layer.

    Parameters
    ----------
    path
        File that holds the layers.
    layers, language
        As of `build_styles`.
    """
    words = REPORT_TEXTS[language]
    rows = [
        ("", "", name, "geom", words[f"layer_title_{name}"], style, 1, "", "", NO_DATE)
        for name, style in build_styles(layers, language).items()
    ]
    with change_geopackage(path) as base:
        base.execute(_TABLE)
        base.execute(_CONTENTS, (NO_DATE,))
        base.executemany(
            "insert into layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, useAsDefault, description, owner, "
            "update_time) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
