// A map from the internet below that of the page, where the plan names one. Without a connection its tiles are simply missing.

export class Basemap {
  constructor(page) {
    this.page = page; this.layers = [];
    const { map, data } = page;
    if (!data.basemap) return;
    map.createPane('basemap').style.zIndex = 340;
    map.getPane('basemap').style.pointerEvents = 'none';
    this.layers = data.basemap.urls.map((url) => L.tileLayer(url, { pane: 'basemap', maxNativeZoom: data.basemap.zoom, maxZoom: 19 }));
    this.layers[0].once('tileload', () => this.giveWay(true));
    this.show(page.state.layers.basemap);
  }

  show(on) {
    for (const layer of this.layers) if (on) layer.addTo(this.page.map); else layer.remove();
    if (!on) this.giveWay(false);
  }

  // Once a tile is there, what it shows is not drawn again on top of it.
  giveWay(seen) {
    const { state } = this.page;
    if (state.basemapSeen === seen) return;
    state.basemapSeen = seen;
    for (const name of ['backdrop', 'streets', 'labels']) state.switches[name] = !seen;
    this.page.render();
  }
}
