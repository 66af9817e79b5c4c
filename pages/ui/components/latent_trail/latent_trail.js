// Rings at the kept places, a line through the places of a path, and ellipses, over the chart.
//
// data: { chart: key of the chart, label: what a screen reader says, kept: [[x, y], …], numbers: whether those are
//         numbered, path: [[x, y], …], changes: [[x, y], …] (a diamond each),
//         ellipses: [{ centre: [x, y], radii: [x, y] }, …] }, in units of the axes
const SVG = "http://www.w3.org/2000/svg";

class Trail {
  constructor() {
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("role", "img");
    Object.assign(this.svg.style, { position: "absolute", overflow: "hidden", pointerEvents: "none", zIndex: "4" });
  }

  update({ data, parentElement }) {
    this.data = data;
    this.svg.setAttribute("aria-label", data.label);
    const style = getComputedStyle(parentElement.host ?? parentElement);
    this.ink = style.getPropertyValue("--st-text-color");
    this.ground = style.getPropertyValue("--st-background-color");
    this.code = style.getPropertyValue("--st-primary-color");
    if (data.chart !== this.chart) {
      this.chart = data.chart;
      this.binding?.destroy();
      this.binding = new PlotBinding(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`, {
        bind: (plot) => plot.appendChild(this.svg),
        unbind: () => this.svg.remove(),
        change: () => this.draw(),
      });
    }
    this.draw();
  }

  draw() {
    const plot = this.binding?.plot;
    if (!plot) return;
    if (this.svg.parentNode !== plot) plot.appendChild(this.svg);
    const { xaxis, yaxis } = plot._fullLayout;
    Object.assign(this.svg.style, {
      left: `${xaxis._offset}px`, top: `${yaxis._offset}px`, width: `${xaxis._length}px`, height: `${yaxis._length}px`,
    });
    const at = (place) => {
      const [x, y] = this.binding.pixels(place);
      return [x - xaxis._offset, y - yaxis._offset];
    };
    const children = [];
    if (this.data.path.length > 1) {
      const points = this.data.path.map((place) => at(place).map((value) => value.toFixed(1)).join(",")).join(" ");
      const line = { points, fill: "none", "stroke-linejoin": "round", "stroke-linecap": "round" };
      children.push(element("polyline", { ...line, stroke: this.ground, "stroke-width": 5, "stroke-opacity": 0.8 }));
      children.push(element("polyline", { ...line, stroke: this.ink, "stroke-width": 2 }));
      for (const place of this.data.path) {
        const [cx, cy] = at(place);
        children.push(element("circle", { cx, cy, r: 2, fill: this.ink }));
      }
    }
    for (const place of this.data.changes) {
      const [x, y] = at(place);
      const points = `${x},${y - 6} ${x + 6},${y} ${x},${y + 6} ${x - 6},${y}`;
      children.push(element("polygon", { points, fill: this.code, stroke: this.ground, "stroke-width": 1.5 }));
    }
    for (const { centre, radii } of this.data.ellipses) {
      const [cx, cy] = at(centre);
      const [right, top] = at([centre[0] + radii[0], centre[1] + radii[1]]);
      const shape = { cx, cy, rx: Math.abs(right - cx), ry: Math.abs(top - cy), fill: this.code, "fill-opacity": 0.12 };
      children.push(element("ellipse", { ...shape, stroke: this.code, "stroke-width": 2 }));
    }
    this.data.kept.forEach((place, index) => {
      const [cx, cy] = at(place);
      const ring = { cx, cy, fill: this.ground, stroke: this.ink, "stroke-width": 1.5 };
      children.push(element("circle", { ...ring, r: this.data.numbers ? 8 : 4 }));
      if (!this.data.numbers) return;
      const number = element("text", {
        x: cx, y: cy + 3.5, fill: this.ink, "font-size": 10, "font-family": "system-ui, sans-serif", "text-anchor": "middle",
      });
      number.textContent = String(index + 1);
      children.push(number);
    });
    this.svg.replaceChildren(...children);
  }

  destroy() {
    this.binding?.destroy();
    this.svg.remove();
  }
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export default mounted(Trail);
