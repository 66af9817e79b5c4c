// data: { chart: key of the chart, layers: [{ name, title, help, uri?, x?, y?, lines?, note? }] }
// A layer with a uri is a picture over [low, high] of both axes; one with lines is drawn as polylines. A layer with
// neither is asked for by the state value `wanted`, a list of names, when it is switched on.
const SVG = "http://www.w3.org/2000/svg";
const POINTS = { name: "points", title: "Points", help: "The codes of the test images, coloured by class." };

class Layers {
  constructor({ parentElement }) {
    this.bar = parentElement.querySelector(".layers");
    this.note = parentElement.querySelector(".note");
    this.shown = new Set([POINTS.name]);
    this.ground = document.createElement("div");
    Object.assign(this.ground.style, { position: "absolute", overflow: "hidden", pointerEvents: "none" });
    this.ground.ariaHidden = "true"; // the switches say what is shown
    this.buttons = new Map();
  }

  update({ data, parentElement, setStateValue }) {
    this.layers = data.layers;
    this.ask = (names) => setStateValue("wanted", names);
    const style = getComputedStyle(parentElement.host ?? parentElement);
    this.ink = style.getPropertyValue("--st-text-color");
    for (const layer of [POINTS, ...data.layers]) this.button(layer);
    if (data.chart !== this.chart) {
      this.chart = data.chart;
      this.binding?.destroy();
      this.binding = new PlotBinding(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`, {
        bind: (plot) => plot.prepend(this.ground),
        unbind: (plot) => {
          this.ground.remove();
          this.points(plot, true);
        },
        change: () => this.place(),
      });
    }
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

  toggle(name) {
    if (!this.shown.delete(name)) this.shown.add(name); // a set keeps its order: the newest comes last
    const missing = this.layers.filter((layer) => this.shown.has(layer.name) && !layer.uri && !layer.lines);
    if (missing.length) this.ask(missing.map((layer) => layer.name));
    this.build();
  }

  // What is switched on, anew.
  build() {
    const parts = [];
    for (const layer of this.layers) {
      if (!this.shown.has(layer.name)) continue;
      if (layer.uri) {
        const image = document.createElement("img");
        image.src = layer.uri;
        image.alt = "";
        Object.assign(image.style, { position: "absolute", maxWidth: "none" });
        parts.push({ node: image, layer });
      }
      if (layer.lines) {
        const svg = document.createElementNS(SVG, "svg");
        Object.assign(svg.style, { position: "absolute", left: "0", top: "0", width: "100%", height: "100%" });
        parts.push({ node: svg, layer });
      }
    }
    this.parts = parts;
    this.ground.replaceChildren(...parts.map((part) => part.node));
    // One note, of what was switched on last: all of them would push the map down the page.
    const newest = [...this.shown].map((name) => this.layers.find((layer) => layer.name === name)).findLast((layer) => layer?.note);
    this.note.textContent = newest ? `${newest.title}: ${newest.note}` : "";
    for (const [name, button] of this.buttons) {
      const layer = this.layers.find((other) => other.name === name);
      button.setAttribute("aria-pressed", String(this.shown.has(name)));
      button.setAttribute("aria-busy", String(Boolean(layer) && this.shown.has(name) && !layer.uri && !layer.lines));
    }
    this.place();
  }

  // Where it lies just now: Plotly has moved, zoomed or drawn the chart anew.
  place() {
    const plot = this.binding?.plot;
    if (!plot) return;
    if (plot.firstChild !== this.ground) plot.prepend(this.ground);
    this.points(plot, this.shown.has(POINTS.name));
    const { xaxis, yaxis } = plot._fullLayout;
    Object.assign(this.ground.style, {
      left: `${xaxis._offset}px`, top: `${yaxis._offset}px`, width: `${xaxis._length}px`, height: `${yaxis._length}px`,
    });
    const at = (x, y) => {
      const [left, top] = this.binding.pixels([x, y]);
      return [left - xaxis._offset, top - yaxis._offset];
    };
    for (const { node, layer } of this.parts ?? []) {
      if (layer.uri) {
        const [left, top] = at(layer.x[0], layer.y[1]);
        const [right, below] = at(layer.x[1], layer.y[0]);
        Object.assign(node.style, {
          left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${below - top}px`,
        });
      } else {
        node.replaceChildren(...layer.lines.map((line) => this.line(line.map(([x, y]) => at(x, y)))));
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

  points(plot, visible) {
    for (const canvas of plot.querySelectorAll(".gl-container, .plain-points")) canvas.style.visibility = visible ? "" : "hidden";
  }

  destroy() {
    this.binding?.destroy();
    this.ground.remove();
  }
}

export default mounted(Layers);
