// The map under the cursor: a preview of the decoder's image beside the mouse, without the server. A click, a tap
// or Enter anywhere on the map is announced on the chart as the event `aemodels-place` with [x, y]; the component
// that marks the place takes it to Python, because it lies in the part of the page that has to answer.
//
// data: { chart: key of the chart,
//         atlas: null | { uri, columns, rows, x: [low, high], y: [low, high], across?: [x, …], down?: [y, …] } }
// The atlas is one sprite of 28×28 tiles, the decoder on a lattice: column c lies at across[c], row r at down[r], the
// largest y first; without these, at even steps. The preview is the bilinear blend of the four tiles around the cursor.
const TILE = 28;
const SNAP = 6; // pixels: a click this near to a point means that point
const FINGER = 10; // pixels: a finger that moves further is no tap
const TAP_ECHO = 700; // milliseconds after a tap in which a browser may add a click of its own
const STEPS = 60; // key presses from one side of the map to the other

class Hover {
  constructor({ parentElement }) {
    this.cross = parentElement.querySelector(".cross");
    this.preview = parentElement.querySelector(".preview");
    this.canvas = this.preview.querySelector("canvas");
    this.context = this.canvas.getContext("2d");
    this.pixels = this.context.createImageData(TILE, TILE);
    this.atlas = null;
    this.uri = null;
    this.point = null; // the test digit below the cursor, as Plotly reports it
    this.place = null; // [x, y] of cross and preview
    this.tap = null; // where the one finger on the map came down
    this.tapped = -Infinity; // when the last tap was sent
  }

  update({ data }) {
    if (data.chart !== this.chart) {
      this.chart = data.chart;
      this.binding?.destroy();
      this.binding = new PlotBinding(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`, {
        bind: (plot) => this.bind(plot),
        unbind: (plot) => this.unbind(plot),
        change: () => {
          this.takeClicks();
          this.points?.draw();
        },
      });
      this.points?.remove();
      this.points = new PlainPoints(this.binding);
      this.points.draw();
    }
    this.load(data.atlas);
  }

  destroy() {
    this.binding?.destroy();
    this.points?.remove();
    this.hide();
  }

  bind(plot) {
    this.listeners = {
      mousemove: (event) => this.show(event.clientX, event.clientY),
      mouseleave: () => this.hide(),
      mousedown: () => {
        this.takeClicks();
        this.hide();
      },
      click: (event) => this.click(event),
      touchstart: (event) => {
        this.takeClicks();
        this.tap = event.touches.length === 1 && !Hover.isTool(event.target) ? event.touches[0] : null;
        this.touch(event);
      },
      touchmove: (event) => this.touch(event),
      touchend: () => this.lift(),
      touchcancel: () => {
        this.tap = null;
        this.hide();
      },
      keydown: (event) => this.key(event),
      blur: () => this.hide(),
      [PlotBinding.LOOK]: (event) => this.look(event.detail),
    };
    for (const [name, listener] of Object.entries(this.listeners)) {
      plot.addEventListener(name, listener, { passive: name !== "keydown" });
    }
    this.hovered = (event) => { this.point = event.points[0] ?? null; };
    this.left = () => { this.point = null; };
    plot.on("plotly_hover", this.hovered);
    plot.on("plotly_unhover", this.left);
    plot.tabIndex = 0;
  }

  unbind(plot) {
    for (const [name, listener] of Object.entries(this.listeners)) plot.removeEventListener(name, listener);
    plot.removeListener?.("plotly_hover", this.hovered);
    plot.removeListener?.("plotly_unhover", this.left);
    plot.removeAttribute("tabindex");
    this.point = null;
    this.hide();
  }

  // One click is one round trip: while this component is here, it reports the clicks, and the chart's own
  // selection of points stays out of it. Streamlit resets the setting whenever it draws the chart.
  takeClicks() {
    const plot = this.binding?.plot;
    if (!plot) return;
    plot._fullLayout.clickmode = "event";
    const drag = plot.querySelector(".nsewdrag");
    if (drag) drag.style.cursor = "crosshair";
  }

  async load(atlas) {
    const uri = atlas?.uri ?? null;
    if (uri === this.uri) return;
    this.uri = uri;
    this.atlas = null;
    this.hide();
    if (!uri) return;
    const image = new Image();
    image.src = uri;
    try {
      await image.decode();
    } catch {
      return; // no preview; the click still works
    }
    const sheet = document.createElement("canvas");
    sheet.width = image.naturalWidth;
    sheet.height = image.naturalHeight;
    const context = sheet.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    const colours = context.getImageData(0, 0, sheet.width, sheet.height).data;
    const gray = new Uint8Array(sheet.width * sheet.height);
    for (let i = 0; i < gray.length; i += 1) gray[i] = colours[4 * i];
    const even = (from, to, count) => Array.from({ length: count }, (_, index) => from + ((to - from) * index) / (count - 1));
    const across = atlas.across ?? even(atlas.x[0], atlas.x[1], atlas.columns);
    const down = atlas.down ?? even(atlas.y[1], atlas.y[0], atlas.rows);
    if (uri === this.uri) this.atlas = { gray, width: sheet.width, across, down };
  }

  // Between which two of these lines a value lies, and how far on; null outside all of them.
  static between(lines, value) {
    const rising = lines[lines.length - 1] > lines[0] ? 1 : -1;
    let low = 0;
    let high = lines.length - 1;
    if (!(rising * (value - lines[low]) >= 0 && rising * (lines[high] - value) >= 0)) return null;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (rising * (value - lines[middle]) >= 0) low = middle;
      else high = middle;
    }
    return [low, (value - lines[low]) / (lines[high] - lines[low])];
  }

  show(clientX, clientY) {
    const place = this.binding?.plot ? this.binding.toData(clientX, clientY) : null;
    this.place = place;
    if (!place) return this.hide();
    this.cross.hidden = false;
    this.cross.style.transform = `translate(${Math.round(clientX)}px, ${Math.round(clientY)}px)`;
    const drawn = this.draw(place);
    this.preview.hidden = !drawn;
    if (!drawn) return;
    const side = 88;
    const left = clientX + 14 + side > window.innerWidth ? clientX - 14 - side : clientX + 14;
    const top = clientY - 14 - side < 0 ? clientY + 14 : clientY - 14 - side;
    this.preview.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  // Another component asks for a place of this map.
  look(place) {
    const at = place && this.binding.toPixels(place);
    if (!at) return this.hide();
    const box = this.binding.plot.getBoundingClientRect();
    this.show(box.left + at[0], box.top + at[1]);
  }

  hide() {
    this.cross.hidden = true;
    this.preview.hidden = true;
  }

  // Blend the four tiles around [x, y] into the canvas; false where the atlas does not reach.
  draw([x, y]) {
    const atlas = this.atlas;
    if (!atlas) return false;
    const [horizontal, vertical] = [Hover.between(atlas.across, x), Hover.between(atlas.down, y)];
    if (!horizontal || !vertical) return false;
    const [column, right] = horizontal;
    const [row, below] = vertical;
    const { gray, width } = atlas;
    const out = this.pixels.data;
    const weights = [(1 - right) * (1 - below), right * (1 - below), (1 - right) * below, right * below];
    for (let i = 0; i < TILE; i += 1) {
      const line = (row * TILE + i) * width + column * TILE;
      for (let j = 0; j < TILE; j += 1) {
        const at = line + j;
        const next = at + TILE * width;
        const value =
          weights[0] * gray[at] + weights[1] * gray[at + TILE] + weights[2] * gray[next] + weights[3] * gray[next + TILE];
        const to = 4 * (i * TILE + j);
        out[to] = out[to + 1] = out[to + 2] = value;
        out[to + 3] = 255;
      }
    }
    this.context.putImageData(this.pixels, 0, 0);
    return true;
  }

  send(place) {
    this.binding.plot.dispatchEvent(new CustomEvent(PlotBinding.PLACE, { detail: place }));
  }

  click(event) {
    if (Hover.isTool(event.target)) return;
    if (performance.now() - this.tapped < TAP_ECHO) return;
    const place = this.binding.toData(event.clientX, event.clientY);
    if (place) this.send(this.snap(place));
  }

  // Plotly's own buttons and legend lie over the map; a click on them means them.
  static isTool(target) {
    return Boolean(target?.closest?.(".modebar, .legend"));
  }

  // The point that Plotly hovers, if the click is on it; otherwise the place itself.
  snap(place) {
    const point = this.point;
    if (!point) return place;
    const here = this.binding.toPixels(place);
    const there = this.binding.toPixels([point.x, point.y]);
    if (!here || !there || Math.hypot(here[0] - there[0], here[1] - there[1]) > SNAP) return place;
    return [point.x, point.y];
  }

  // A finger looks while it moves, and keeps where it was only touched.
  touch(event) {
    const finger = event.touches[0];
    if (!finger) return;
    const { tap } = this;
    if (tap && Math.hypot(finger.clientX - tap.clientX, finger.clientY - tap.clientY) > FINGER) this.tap = null;
    this.show(finger.clientX, finger.clientY);
  }

  lift() {
    const place = this.tap && this.binding.toData(this.tap.clientX, this.tap.clientY);
    this.tap = null;
    this.hide();
    if (!place) return;
    this.tapped = performance.now();
    this.send(place);
  }

  // Arrow keys move the cross over the map, Enter or the space bar keeps the place.
  key(event) {
    const area = this.binding.area();
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key in moves) {
      const at = (this.place && this.binding.toPixels(this.place)) ?? null;
      const box = this.binding.plot.getBoundingClientRect();
      const start = at ? [box.left + at[0], box.top + at[1]] : [area.left + area.width / 2, area.top + area.height / 2];
      const x = start[0] + (moves[event.key][0] * area.width) / STEPS;
      const y = start[1] + (moves[event.key][1] * area.height) / STEPS;
      this.show(
        Math.min(Math.max(x, area.left), area.left + area.width),
        Math.min(Math.max(y, area.top), area.top + area.height),
      );
      event.preventDefault();
    } else if ((event.key === "Enter" || event.key === " ") && this.place) {
      this.send(this.place);
      event.preventDefault();
    } else if (event.key === "Escape") {
      this.hide();
    }
  }
}

export default mounted(Hover);
