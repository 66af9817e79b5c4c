// A dot on the map that one drags, or moves with the arrow keys. While it moves, the map previews what lies below it,
// in the browser alone; where it is let go goes to Python as the trigger `drop` with [x, y].
//
// data: { chart: key of the chart, place: [x, y], label: what a screen reader says }
const STEPS = 60; // key presses from one side of the map to the other

class Handle {
  constructor() {
    this.dot = document.createElement("div");
    this.dot.tabIndex = 0;
    this.dot.setAttribute("role", "button");
    this.dot.className = "latent-handle";
    Object.assign(this.dot.style, {
      position: "absolute", width: "14px", height: "14px", margin: "-10px 0 0 -10px", border: "3px solid", borderRadius: "50%",
      boxSizing: "content-box", cursor: "grab", zIndex: "6", touchAction: "none", display: "none",
    });
    // The map below must hear nothing of it: it would pan, zoom, or take the end of the drag for a click.
    for (const name of ["mousedown", "mouseup", "mousemove", "click", "dblclick", "touchstart", "touchmove", "touchend"]) {
      this.dot.addEventListener(name, (event) => event.stopPropagation());
    }
    this.dot.addEventListener("pointerdown", (event) => this.take(event));
    this.dot.addEventListener("pointermove", (event) => this.drag(event));
    this.dot.addEventListener("pointerup", (event) => this.drop(event));
    this.dot.addEventListener("pointercancel", () => this.back());
    this.dot.addEventListener("keydown", (event) => this.key(event));
    this.dot.addEventListener("blur", () => this.back());
  }

  update({ data, parentElement, setTriggerValue }) {
    this.send = (place) => setTriggerValue("drop", place);
    this.home = data.place;
    if (!this.held) this.place = data.place;
    this.dot.setAttribute("aria-label", data.label);
    this.dot.title = data.label;
    const style = getComputedStyle(parentElement.host ?? parentElement);
    this.dot.style.background = style.getPropertyValue("--st-background-color");
    this.dot.style.borderColor = style.getPropertyValue("--st-text-color");
    if (data.chart !== this.chart) {
      this.chart = data.chart;
      this.binding?.destroy();
      this.binding = new PlotBinding(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`, {
        bind: (plot) => plot.append(this.dot),
        unbind: () => this.dot.remove(),
        change: () => this.move(),
      });
    }
    this.move();
  }

  move() {
    const plot = this.binding?.plot;
    if (!plot) return;
    if (this.dot.parentNode !== plot) plot.append(this.dot);
    const at = this.binding.toPixels(this.place);
    this.dot.style.display = at ? "block" : "none";
    if (at) Object.assign(this.dot.style, { left: `${at[0]}px`, top: `${at[1]}px` });
  }

  look(place) {
    this.binding.plot?.dispatchEvent(new CustomEvent(PlotBinding.LOOK, { detail: place }));
  }

  put(place) {
    this.place = place;
    this.move();
    this.look(place);
  }

  take(event) {
    if (event.button !== 0) return;
    event.stopPropagation();
    event.preventDefault();
    this.held = true;
    this.dot.focus({ preventScroll: true });
    this.dot.setPointerCapture(event.pointerId);
    this.dot.style.cursor = "grabbing";
  }

  drag(event) {
    if (!this.held) return;
    event.stopPropagation();
    const place = this.binding.toData(event.clientX, event.clientY);
    if (place) this.put(place);
  }

  drop(event) {
    if (!this.held) return;
    event.stopPropagation();
    this.held = false;
    this.dot.style.cursor = "grab";
    this.settle();
  }

  // Let go here, if it was moved at all.
  settle() {
    this.look(null);
    if (this.place[0] === this.home[0] && this.place[1] === this.home[1]) return;
    this.home = this.place;
    this.send(this.place);
  }

  back() {
    this.held = false;
    this.place = this.home;
    this.look(null);
    this.move();
  }

  key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (event.key in moves) {
      const { xaxis } = this.binding.plot._fullLayout;
      const step = Math.abs(xaxis.range[1] - xaxis.range[0]) / STEPS;
      const [right, up] = moves[event.key];
      const place = [this.place[0] + right * step, this.place[1] + up * step];
      if (this.binding.toPixels(place)) this.put(place);
    } else if (event.key === "Enter" || event.key === " ") {
      this.settle();
    } else if (event.key === "Escape") {
      this.back();
    } else return;
    event.preventDefault();
    event.stopPropagation(); // the same keys move the map's own cross
  }

  destroy() {
    this.look(null);
    this.binding?.destroy();
    this.dot.remove();
  }
}

export default mounted(Handle);
