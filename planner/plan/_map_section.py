"""The section `[map]` of plan.toml: a map from the internet below that of the page."""

import re
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from planner.plan._section_types import Section, Text

#: Words in names and addresses of maps in another datum, and which datum that is.
_SHIFTED: Final = {
    "amap": "GCJ-02", "autonavi": "GCJ-02", "gaode": "GCJ-02", "高德": "GCJ-02",
    "tencent": "GCJ-02", "qq": "GCJ-02", "gtimg": "GCJ-02", "soso": "GCJ-02", "腾讯": "GCJ-02",
    "google": "GCJ-02", "谷歌": "GCJ-02", "geoq": "GCJ-02", "gcj": "GCJ-02", "mapabc": "GCJ-02",
    "petal": "GCJ-02", "tuling": "GCJ-02", "图灵": "GCJ-02",
    "baidu": "BD-09", "百度": "BD-09", "bdimg": "BD-09", "bd-09": "BD-09", "bd09": "BD-09",
}  # fmt: skip
_KEY: Final = re.compile(r"[0-9A-Za-z_-]{8,64}")


def _refuse_shifted(value: Any) -> Any:
    """Refuse a map whose tiles are not where our coordinates are, and say so."""
    if isinstance(value, str):
        for word, datum in _SHIFTED.items():
            if word in value.lower():
                raise ValueError(
                    f"its tiles are in {datum}, hundreds of metres off the coordinates of the "
                    'page; choose "osm" or "tianditu"'
                )
    return value


class MapPage(Section):
    """`[map]`: what the page may load from the internet; by default nothing."""

    basemap: Annotated[Literal["osm", "tianditu"], BeforeValidator(_refuse_shifted)] | None = Field(
        None,
        description="map below that of the page, loaded from the internet by whoever opens it; "
        "without it the page makes no request",
    )
    key: Text | None = Field(
        None, description="yours for tianditu; it stands in the page, so give one of its own"
    )

    @model_validator(mode="after")
    def _key_of_tianditu(self) -> Self:
        if self.basemap == "tianditu" and self.key is None:
            raise ValueError("basemap tianditu needs its key; get one at console.tianditu.gov.cn")
        if self.basemap != "tianditu" and self.key is not None:
            raise ValueError("key can only stand with basemap tianditu; remove it")
        if self.key is not None and not _KEY.fullmatch(self.key):
            raise ValueError("key is none of tianditu: 8 to 64 letters and digits")
        return self
