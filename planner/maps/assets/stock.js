// Layers of folium count on files of the internet, which a page that makes no request has to do without:
// the pictures of Leaflet's pin, Font Awesome's pins, and of jQuery the one thing that popups ask of it.
L.Icon.Default.imagePath = '';
L.Icon.Default.mergeOptions(__ICONS__);
L.AwesomeMarkers = { icon: function () { return new L.Icon.Default(); } };
window.$ = function (markup) {
  var holder = document.createElement('template');
  holder.innerHTML = markup.trim();
  return [holder.content.firstElementChild];
};
