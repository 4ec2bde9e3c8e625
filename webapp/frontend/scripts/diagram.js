// Draw the BPMN diagrams of a page and lay findings, timings or states over them.
// The bpmn.io logo stays visible and unobstructed, as its licence asks.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif';
const MARGIN = 12; // px around the diagram
const LOGO = 44; // px: the free strip at the bottom
const NARROW = 600; // px: on a phone the diagram is shown larger and is dragged

for (const box of document.querySelectorAll("[data-diagram]")) draw(box);

async function draw(box) {
  const data = JSON.parse(document.getElementById(box.dataset.diagram).textContent);
  try {
    const viewer = createViewer(box);
    await viewer.importXML(data.xml || (await (await fetch(data.url)).text()));
    fit(viewer.get("canvas"), box);
    decorate(viewer, data.overlays || {});
    linkFocus(viewer);
  } catch (error) {
    box.textContent = box.dataset.failed;
    box.classList.add("is-failed");
  }
  box.dataset.ready = "1";
}

function createViewer(container) {
  return new NavigatedViewer({
    container,
    textRenderer: {
      defaultStyle: { fontFamily: FONT, fontSize: 13, lineHeight: 1.25 },
      externalStyle: { fontSize: 12, lineHeight: 1.25 },
    },
    bpmnRenderer: { defaultStrokeColor: "#2b3d44", defaultLabelColor: "#14252b" },
  });
}

// Keep the diagram at the top: the bpmn.io logo needs a free strip below it.
function fit(canvas, box) {
  const narrow = box.clientWidth < NARROW;
  const { inner } = canvas.viewbox();
  const wide = (box.clientWidth - 2 * MARGIN) / inner.width;
  const high = (box.clientHeight - MARGIN - LOGO) / inner.height;
  const scale = narrow ? Math.min(0.7, high) : Math.min(wide, high, 1.2);
  const width = box.clientWidth / scale;
  canvas.viewbox({
    x: narrow ? inner.x - MARGIN : inner.x - (width - inner.width) / 2,
    y: inner.y - MARGIN / scale,
    width,
    height: box.clientHeight / scale,
  });
}

function decorate(viewer, overlays) {
  const canvas = viewer.get("canvas");
  const elements = viewer.get("elementRegistry");
  elements.forEach((element) => {
    if (/Task$/.test(element.type)) canvas.addMarker(element.id, "mc-task");
  });
  for (const [id, mark] of Object.entries(overlays)) {
    const element = elements.get(id);
    if (!element) continue;
    if (mark.state) canvas.addMarker(id, `is-${mark.state}`);
    if (mark.level) canvas.addMarker(id, `hm-${mark.level}`);
    if (mark.over) canvas.addMarker(id, "hm-over");
    if (mark.mark) addFinding(viewer.get("overlays"), element, mark);
    else if (mark.label) addTiming(viewer.get("overlays"), id, mark);
  }
}

function addFinding(overlays, element, mark) {
  const html = document.createElement("div");
  html.className = `mc-mark mc-mark--${mark.mark}`;
  html.textContent = mark.n;
  let position = { top: -11, left: -9 };
  if (/Lane|Participant/.test(element.type)) position = { top: 8, left: 40 };
  else if (element.waypoints) position = { top: -11, left: element.width / 2 };
  else if (/Event$/.test(element.type)) position = { top: -16, left: 20 };
  overlays.add(element.id, "finding", { position, html });
}

function addTiming(overlays, id, mark) {
  const html = document.createElement("div");
  html.className = mark.over ? "hm-badge hm-badge--over" : "hm-badge";
  html.textContent = (mark.over ? "! " : "") + mark.label;
  overlays.add(id, "timing", {
    position: { bottom: 9, left: 6 },
    html,
    scale: { min: 0.9, max: 1.2 },
    show: { minZoom: 0.5 },
  });
}

function linkFocus(viewer) {
  const canvas = viewer.get("canvas");
  const elements = viewer.get("elementRegistry");
  let last = null;
  for (const link of document.querySelectorAll("[data-focus]")) {
    link.addEventListener("click", (event) => {
      const element = elements.get(link.dataset.focus);
      if (!element) return;
      event.preventDefault();
      if (last) canvas.removeMarker(last, "is-focus");
      last = element.id;
      canvas.addMarker(last, "is-focus");
      canvas.scrollToElement(element, 60);
      canvas.getContainer().scrollIntoView({ block: "nearest" });
    });
  }
}
