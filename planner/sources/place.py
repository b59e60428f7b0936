"""Looks up the outline of a place on the internet, through osmnx."""

from __future__ import annotations

from shapely.geometry.base import BaseGeometry

from planner.errors import SourceError


def find_place(place: str) -> BaseGeometry:
    """Look up the outline of a place by its name (Nominatim; needs the internet).

    Parameters
    ----------
    place
        For example "Porto Alegre, Brazil".

    Returns
    -------
    Polygon or MultiPolygon, EPSG:4326.

    Raises
    ------
    SourceError
        If there is no connection, or no such place with an outline.
    """
    import osmnx
    from requests.exceptions import RequestException

    osmnx.settings.use_cache = False  # it would be in the current folder
    advice = "name a polygon file instead: [area] boundary"
    try:
        found = osmnx.geocode_to_gdf(place)
    except (RequestException, osmnx._errors.ResponseStatusCodeError) as error:
        what = f"no answer from the internet ({type(error).__name__})"
        raise SourceError(f"[area] place {place!r}: {what}; {advice}") from error
    except (osmnx._errors.InsufficientResponseError, TypeError, ValueError) as error:
        what = "no such place with an outline"
        raise SourceError(f"[area] place {place!r}: {what}; {advice}") from error
    return found.geometry.iloc[0]
