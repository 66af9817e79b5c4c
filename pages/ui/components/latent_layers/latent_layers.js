// data: { switches: [{ name, title, help, note? }], sheets: [{ chart: key of the chart, drawings: { name: drawing } }] }
// A drawing { uri, x: [low, high], y: [low, high] } is a picture over both axes; one with lines is drawn as polylines.
// What is switched on and has no drawing yet is asked for by the state value `wanted`, a list of names.
const SVG = "http://www.w3.org/2000/svg";
const POINTS = { name: "points", title: "Points", help: "The codes of the test images, coloured by class." };

// What lies below the points of one chart.
class Sheet {
  constructor(chart) {
    this.chart = chart;
    this.visible = true;
    this.parts = [];
    this.ground = document.createElement("div");
    Object.assign(this.ground.style, { position: "absolute", overflow: "hidden", pointerEvents: "none" });
    this.ground.ariaHidden = "true"; // the switches say what is shown
    this.binding = new PlotBinding(`.st-key-${CSS.escape(chart)} .js-plotly-plot`, {
      bind: (plot) => plot.prepend(this.ground),
      unbind: (plot) => {
        this.ground.remove();
        Sheet.points(plot, true);
      },
      change: () => this.place(),
    });
  }

  // Show these drawings, and the points or not.
  build(drawings, points, ink) {
    this.ink = ink;
    this.visible = points;
    this.parts = drawings.map((drawing) => {
      const node = drawing.uri ? document.createElement("img") : document.createElementNS(SVG, "svg");
      if (drawing.uri) Object.assign(node, { src: drawing.uri, alt: "" });
      Object.assign(node.style, { position: "absolute", maxWidth: "none" });
      if (!drawing.uri) Object.assign(node.style, { left: "0", top: "0", width: "100%", height: "100%" });
      return { node, drawing };
    });
    this.ground.replaceChildren(...this.parts.map((part) => part.node));
    this.place();
  }

  // Where it lies just now: Plotly has moved, zoomed or drawn the chart anew.
  place() {
    const plot = this.binding?.plot;
    if (!plot) return;
    if (plot.firstChild !== this.ground) plot.prepend(this.ground);
    Sheet.points(plot, this.visible);
    const { xaxis, yaxis } = plot._fullLayout;
    Object.assign(this.ground.style, {
      left: `${xaxis._offset}px`, top: `${yaxis._offset}px`, width: `${xaxis._length}px`, height: `${yaxis._length}px`,
    });
    const at = (x, y) => {
      const [left, top] = this.binding.pixels([x, y]);
      return [left - xaxis._offset, top - yaxis._offset];
    };
    for (const { node, drawing } of this.parts) {
      if (drawing.uri) {
        const [left, top] = at(drawing.x[0], drawing.y[1]);
        const [right, below] = at(drawing.x[1], drawing.y[0]);
        Object.assign(node.style, {
          left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${below - top}px`,
        });
      } else {
        node.replaceChildren(...drawing.lines.map((line) => this.line(line.map(([x, y]) => at(x, y)))));
      }
    }
  }

  line(places) {
    const line = document.createElementNS(SVG, "polyline");
    line.setAttribute("points", places.map((place) => place.map((value) => value.toFixed(1)).join(",")).join(" "));
    line.setAttribute("fill", "none");
    line.setAttribute("stroke", this.ink);
    line.setAttribute("stroke-width", "1.5");
    line.setAttribute("stroke-dasharray", "5 4");
    line.setAttribute("stroke-opacity", "0.7");
    return line;
  }

  static points(plot, visible) {
    for (const canvas of plot.querySelectorAll(".gl-container, .plain-points")) canvas.style.visibility = visible ? "" : "hidden";
  }

  destroy() {
    this.binding.destroy();
    this.ground.remove();
  }
}

class Layers {
  constructor({ parentElement }) {
    this.bar = parentElement.querySelector(".layers");
    this.note = parentElement.querySelector(".note");
    this.shown = new Set([POINTS.name]);
    this.buttons = new Map();
    this.sheets = new Map();
  }

  update({ data, parentElement, setStateValue }) {
    this.data = data;
    this.ask = (names) => setStateValue("wanted", names);
    this.ink = getComputedStyle(parentElement.host ?? parentElement).getPropertyValue("--st-text-color");
    const names = [POINTS, ...data.switches].map((entry) => entry.name);
    for (const [name, button] of this.buttons) {
      if (names.includes(name)) continue;
      button.remove();
      this.buttons.delete(name);
    }
    for (const entry of [POINTS, ...data.switches]) this.button(entry);
    const charts = data.sheets.map((sheet) => sheet.chart);
    for (const [chart, sheet] of this.sheets) {
      if (charts.includes(chart)) continue;
      sheet.destroy();
      this.sheets.delete(chart);
    }
    for (const chart of charts) if (!this.sheets.has(chart)) this.sheets.set(chart, new Sheet(chart));
    this.build();
  }

  button({ name, title, help }) {
    if (this.buttons.has(name)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.title = help;
    button.dataset.layer = name;
    button.addEventListener("click", () => this.toggle(name));
    this.buttons.set(name, button);
    this.bar.append(button);
  }

  // Whether a layer that is switched on still has to be drawn by the server.
  isMissing(name) {
    return name !== POINTS.name && this.shown.has(name) && !this.data.sheets.some((sheet) => sheet.drawings[name]);
  }

  toggle(name) {
    if (!this.shown.delete(name)) this.shown.add(name); // a set keeps its order: the newest comes last
    const missing = this.data.switches.map((entry) => entry.name).filter((entry) => this.isMissing(entry));
    if (missing.length) this.ask(missing);
    this.build();
  }

  // What is switched on, anew.
  build() {
    const on = this.data.switches.filter((entry) => this.shown.has(entry.name));
    for (const { chart, drawings } of this.data.sheets) {
      const drawn = on.map((entry) => drawings[entry.name]).filter(Boolean);
      this.sheets.get(chart).build(drawn, this.shown.has(POINTS.name), this.ink);
    }
    // One note, of what was switched on last: all of them would push the map down the page.
    const newest = [...this.shown].map((name) => on.find((entry) => entry.name === name)).findLast((entry) => entry?.note);
    this.note.textContent = newest && !this.isMissing(newest.name) ? `${newest.title}: ${newest.note}` : "";
    for (const [name, button] of this.buttons) {
      button.setAttribute("aria-pressed", String(this.shown.has(name)));
      button.setAttribute("aria-busy", String(this.isMissing(name)));
    }
  }

  destroy() {
    for (const sheet of this.sheets.values()) sheet.destroy();
  }
}

export default mounted(Layers);
