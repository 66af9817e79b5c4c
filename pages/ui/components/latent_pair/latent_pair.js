// Two maps of the same test images. The image nearest to the cursor on one of them is ringed on both, and the other
// map previews it; all of that in the browser. A click on either goes to Python as the trigger `click` with the
// number of that image.
//
// data: { charts: [key, key], chosen: number of an image, label: what a screen reader says }
const NEAR = 30; // pixels: further from every point, the cursor means none

class Side {
  constructor(chart, pair) {
    this.pair = pair;
    this.ring = Side.mark("12px", "transparent");
    this.dot = Side.mark("9px", "");
    this.dot.setAttribute("role", "img");
    const listeners = {
      mousemove: (event) => pair.hover(this, this.nearest(this.binding.toData(event.clientX, event.clientY))),
      touchmove: (event) => {
        const finger = event.touches[0];
        if (finger) pair.hover(this, this.nearest(this.binding.toData(finger.clientX, finger.clientY)));
      },
      mouseleave: () => pair.hover(this, null),
      touchend: () => pair.hover(this, null),
      mousedown: () => pair.hover(this, null),
      [PlotBinding.PLACE]: (event) => pair.choose(this.nearest(event.detail, Infinity)),
    };
    this.binding = new PlotBinding(`.st-key-${CSS.escape(chart)} .js-plotly-plot`, {
      bind: (plot) => {
        plot.append(this.ring, this.dot);
        for (const [name, listener] of Object.entries(listeners)) plot.addEventListener(name, listener, { passive: true });
      },
      unbind: (plot) => {
        this.ring.remove();
        this.dot.remove();
        for (const [name, listener] of Object.entries(listeners)) plot.removeEventListener(name, listener);
      },
      change: () => this.place(),
    });
  }

  static mark(size, ground) {
    const mark = document.createElement("div");
    Object.assign(mark.style, {
      position: "absolute", width: size, height: size, transform: "translate(-50%, -50%)", borderRadius: "50%",
      border: "2px solid", background: ground, pointerEvents: "none", zIndex: "5", display: "none",
    });
    return mark;
  }

  // The places of all images, by their number, as the chart has them; read again when the chart is drawn anew.
  places() {
    const traces = this.binding.plot._fullData;
    if (traces !== this.traces) {
      this.traces = traces;
      this.known = new Map();
      for (const { x, y, customdata } of traces) {
        if (!x?.length || !customdata?.length) continue;
        for (let i = 0; i < x.length; i += 1) this.known.set(Number(customdata[i]), [x[i], y[i]]);
      }
    }
    return this.known;
  }

  // The number of the image nearest to [x, y], or null where none is within so many pixels.
  nearest(place, most = NEAR) {
    if (!place) return null;
    const { xaxis } = this.binding.plot._fullLayout;
    const scale = xaxis._length / Math.abs(xaxis.range[1] - xaxis.range[0]); // pixels a unit, on both axes
    let best = null;
    let least = most === Infinity ? Infinity : (most / scale) ** 2;
    for (const [number, [x, y]] of this.places()) {
      const distance = (x - place[0]) ** 2 + (y - place[1]) ** 2;
      if (distance < least) [best, least] = [number, distance];
    }
    return best;
  }

  look(number) {
    const place = number === null ? null : this.places().get(number) ?? null;
    this.binding.plot?.dispatchEvent(new CustomEvent(PlotBinding.LOOK, { detail: place }));
  }

  place() {
    const plot = this.binding?.plot;
    if (!plot) return;
    if (this.dot.parentNode !== plot) plot.append(this.ring, this.dot);
    this.put(this.ring, this.pair.hovered);
    this.put(this.dot, this.pair.chosen);
  }

  put(mark, number) {
    const place = number === null ? null : this.places().get(number);
    const at = place ? this.binding.toPixels(place) : null;
    mark.style.display = at ? "block" : "none";
    if (at) Object.assign(mark.style, { left: `${at[0]}px`, top: `${at[1]}px` });
  }

  destroy() {
    this.binding.destroy();
    this.ring.remove();
    this.dot.remove();
  }
}

class Pair {
  constructor() {
    this.sides = [];
    this.hovered = null;
    this.chosen = null;
  }

  update({ data, parentElement, setTriggerValue }) {
    this.send = (number) => setTriggerValue("click", number);
    this.chosen = data.chosen;
    const charts = data.charts.join(" ");
    if (charts !== this.charts) {
      this.charts = charts;
      for (const side of this.sides) side.destroy();
      this.sides = data.charts.map((chart) => new Side(chart, this));
    }
    const style = getComputedStyle(parentElement.host ?? parentElement);
    for (const side of this.sides) {
      side.dot.setAttribute("aria-label", data.label);
      side.dot.style.background = style.getPropertyValue("--st-primary-color");
      side.dot.style.borderColor = style.getPropertyValue("--st-background-color");
      side.ring.style.borderColor = style.getPropertyValue("--st-text-color");
      side.place();
    }
  }

  hover(from, number) {
    if (number === this.hovered) return;
    this.hovered = number;
    for (const side of this.sides) {
      side.place();
      if (side !== from) side.look(number);
    }
  }

  choose(number) {
    if (number !== null) this.send(number);
  }

  destroy() {
    for (const side of this.sides) side.destroy();
  }
}

export default mounted(Pair);
