"""Opens a project in QGIS and draws it: run by the Python that QGIS belongs to.

in_qgis.py PROJECT FOLDER: writes a picture of each layer and of the page to print into FOLDER, and
prints what QGIS says of them, as JSON.
"""

import json
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsLayoutExporter,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def draw(layers, extent, crs, path, size=(900, 700)):
    """Draw layers into a picture; return how many colours it has."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(crs)
    settings.setExtent(extent)
    settings.setOutputSize(QSize(*size))
    settings.setOutputDpi(96)
    settings.setBackgroundColor(QColor("#f6f4ef"))
    context = QgsExpressionContext()
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    settings.setExpressionContext(context)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(str(path))
    seen = {image.pixel(x, y) for x in range(0, size[0], 3) for y in range(0, size[1], 3)}
    return len(seen), settings.scale(), [error.message for error in job.errors()]


def find_faults(layer):
    """Say what QGIS cannot read of the conditions, names and order of a layer."""
    renderer, texts = layer.renderer(), []
    if renderer.orderByEnabled() and not renderer.orderBy().usedAttributes():
        return [[layer.name(), renderer.orderBy().dump(), "names no field"]]
    if renderer.type() == "RuleRenderer":
        texts += [rule.filterExpression() for rule in renderer.rootRule().children()]
    if layer.labelsEnabled():
        settings = layer.labeling().settings()
        texts += [settings.fieldName] if settings.isExpression else []
    return [
        [layer.name(), text, expression.parserErrorString()]
        for text in texts
        if text not in ("", "ELSE") and (expression := QgsExpression(text)).hasParserError()
    ]


def main(project_file, folder):
    """Draw everything; return what is told."""
    folder = Path(folder)
    project = QgsProject.instance()
    project.read(project_file)
    told = {"title": project.title(), "crs": project.crs().authid(), "layers": {}, "own": {}}
    tree = project.layerTreeRoot()
    told["groups"] = [group.name() for group in tree.children()]
    faults = []
    wanted = json.loads(sys.argv[3]) if len(sys.argv) > 3 else None
    for layer in project.mapLayers().values():
        whole = project.layoutManager().layouts()[0]
        shown = next(item for item in whole.items() if isinstance(item, QgsLayoutItemMap)).extent()
        if layer.hasScaleBasedVisibility() or wanted:
            x, y = wanted or (shown.center().x(), shown.center().y())
            shown.set(x - 1200, y - 900, x + 1200, y + 900)
        name = layer.id().partition("_")[2]
        faults += find_faults(layer)
        colours, scale, errors = draw([layer], shown, project.crs(), folder / f"{name}.png")
        told["layers"][name] = {
            "valid": layer.isValid(),
            "title": layer.name(),
            "features": layer.featureCount(),
            "renderer": layer.renderer().type(),
            "labels": layer.labelsEnabled(),
            "colours": colours,
            "scale": scale,
            "errors": errors,
            "source": layer.source(),
        }
        # As somebody sees it who adds the layer by itself: the style lies in the GeoPackage.
        alone = QgsVectorLayer(layer.source(), "alone", "ogr")
        alone.loadDefaultStyle()
        told["own"][name] = [alone.renderer().type(), alone.labelsEnabled()]
    layout = project.layoutManager().layouts()[0]
    legend = next(item for item in layout.items() if isinstance(item, QgsLayoutItemLegend))
    told["legend"] = [node.name() for node in legend.model().rootGroup().findLayers()]
    exporter = QgsLayoutExporter(layout)
    options = QgsLayoutExporter.ImageExportSettings()
    options.dpi = 120
    told["page"] = exporter.exportToImage(str(folder / "page.png"), options)
    order = [node.layer() for node in tree.findLayers() if node.isVisible()]
    if wanted:
        from qgis.core import QgsRectangle

        x, y = wanted
        for name, half in (("near", 600), ("estate", 1800), ("town", 4000)):
            box = QgsRectangle(x - half, y - half, x + half, y + half)
            draw(order, box, project.crs(), folder / f"all-{name}.png", (1000, 1000))
    told["faults"] = faults
    return told


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    print(json.dumps(main(*sys.argv[1:3]), ensure_ascii=False))
    sys.stdout.flush()
    application.exitQgis()
