// Marks over a 3-D chart that turn with it. A click on one of its points goes to Python as the trigger `click` with the
// point's `customdata`. The arrow keys turn the chart while it has the focus, plus and minus come nearer and go further.
//
// data: { chart: key of the chart, place: [x, y, z], kept: [[x, y, z], …], path: [[x, y, z], …], in units of the axes,
//         label: what a screen reader says of them, without_webgl: the sentence for browsers that cannot draw the chart }
//
// Plotly announces a 3-D click when the button goes down, at every turn of the chart too, and for a finger some frames
// after it has left; and on a slow machine the point that it names may lie where the mouse was before. So only a press
// that did not move counts, with the point that is seen near it then or soon after.
// Where a place lies on the screen is known to Plotly's scene alone; should that change its form, there are no marks.
const SLACK = 6; // pixels: a press that moves further turns the chart
const REACH = 12; // pixels: a point this near to the press is meant
const FRAMES = 60; // in which that point is found, or there is none
const ANGLE = Math.PI / 36; // of one key press
const STEEPEST = 0.49 * Math.PI;
const SVG = "http://www.w3.org/2000/svg";

class SpacePoints {
  constructor() {
    this.point = null; // the point that Plotly names: { place: [x, y, z], number }
    this.press = null; // [x, y] where the button or the finger came down, in pixels of the window
    this.waiting = 0; // frames that are left for the point there
    this.seen = ""; // what the camera saw when the marks were drawn
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("role", "img");
    Object.assign(this.svg.style, {
      position: "absolute", inset: "0", width: "100%", height: "100%", pointerEvents: "none", zIndex: "4",
    });
    this.sentence = document.createElement("div");
    Object.assign(this.sentence.style, {
      position: "absolute", inset: "0", zIndex: "40", display: "flex", alignItems: "center",
      justifyContent: "center", padding: "2rem", textAlign: "center",
    });
  }

  update({ data, parentElement, setTriggerValue }) {
    this.data = data;
    this.send = (point) => setTriggerValue("click", point);
    const style = getComputedStyle(parentElement.host ?? parentElement);
    this.ink = style.getPropertyValue("--st-text-color");
    this.ground = style.getPropertyValue("--st-background-color");
    this.code = style.getPropertyValue("--st-primary-color");
    this.sentence.style.color = this.ink;
    this.svg.setAttribute("aria-label", data.label);
    this.seen = "";
    if (data.chart !== this.chart) {
      this.chart = data.chart;
      this.binding?.destroy();
      this.binding = new PlotBinding(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`, {
        bind: (plot) => this.bind(plot),
        unbind: (plot) => this.unbind(plot),
        change: () => this.look(),
      });
    }
    this.look();
  }

  bind(plot) {
    this.hovered = (event) => {
      const { x, y, z, customdata } = event.points?.[0] ?? {};
      this.point = customdata === undefined ? null : { place: [x, y, z], number: customdata };
      this.choose();
    };
    this.left = () => { this.point = null; };
    this.plotly = { plotly_hover: this.hovered, plotly_click: this.hovered, plotly_unhover: this.left };
    for (const [name, listener] of Object.entries(this.plotly)) plot.on(name, listener);
    this.listeners = {
      pointerdown: (event) => {
        this.press = event.isPrimary ? [event.clientX, event.clientY] : null;
        if (event.pointerType !== "mouse") this.point = null; // that of the finger before
      },
      click: (event) => this.click(event),
      keydown: (event) => this.key(event),
    };
    for (const [name, listener] of Object.entries(this.listeners)) plot.addEventListener(name, listener, true);
    plot.tabIndex = 0;
    plot.appendChild(this.svg);
    this.follow(plot);
  }

  // The camera glides on after the mouse: what it sees is compared once a frame, and drawn when it has changed.
  follow(plot) {
    if (this.binding && this.binding.plot !== plot) return;
    this.draw();
    requestAnimationFrame(() => this.follow(plot));
  }

  unbind(plot) {
    for (const [name, listener] of Object.entries(this.plotly)) plot.removeListener?.(name, listener);
    for (const [name, listener] of Object.entries(this.listeners)) plot.removeEventListener(name, listener, true);
    plot.removeAttribute("tabindex");
    this.point = null;
    this.waiting = 0;
    this.sentence.remove();
    this.svg.remove();
  }

  draw() {
    const at = this.pixels();
    if (!at || at.seen === this.seen) return;
    this.seen = at.seen;
    const children = [];
    const { path, kept, place } = this.data;
    if (path.length > 1) {
      const points = path.map((each) => at(each).map((value) => value.toFixed(1)).join(",")).join(" ");
      const line = { points, fill: "none", "stroke-linejoin": "round", "stroke-linecap": "round" };
      children.push(element("polyline", { ...line, stroke: this.ground, "stroke-width": 5, "stroke-opacity": 0.8 }));
      children.push(element("polyline", { ...line, stroke: this.ink, "stroke-width": 2 }));
      for (const each of path) {
        const [cx, cy] = at(each);
        children.push(element("circle", { cx, cy, r: 2, fill: this.ink }));
      }
    }
    kept.forEach((each, index) => {
      const [cx, cy] = at(each);
      children.push(element("circle", { cx, cy, r: 8, fill: this.ground, stroke: this.ink, "stroke-width": 1.5 }));
      const number = element("text", {
        x: cx, y: cy + 3.5, fill: this.ink, "font-size": 10, "font-family": "system-ui, sans-serif", "text-anchor": "middle",
      });
      number.textContent = String(index + 1);
      children.push(number);
    });
    const [cx, cy] = at(place);
    children.push(element("circle", { cx, cy, r: 5.5, fill: this.code, stroke: this.ground, "stroke-width": 2 }));
    this.svg.replaceChildren(...children);
  }

  // Without WebGL Plotly shows a white box that opens another site when it is clicked: a sentence takes its place.
  look() {
    const plot = this.binding?.plot;
    const messages = plot?.querySelectorAll(".no-webgl") ?? [];
    if (!messages.length) return this.sentence.remove();
    for (const message of messages) {
      message.style.display = "none";
      message.parentElement.style.background = "none";
    }
    this.sentence.textContent = this.data.without_webgl;
    if (this.sentence.parentNode !== plot) plot.appendChild(this.sentence);
  }

  click(event) {
    const { press } = this;
    if (!press || event.target?.closest?.(".modebar, .legend")) return;
    if (Math.hypot(event.clientX - press[0], event.clientY - press[1]) > SLACK) return;
    const waits = this.waiting > 0;
    this.waiting = FRAMES;
    this.choose();
    if (!waits) this.wait();
  }

  wait() {
    requestAnimationFrame(() => {
      if (this.waiting > 0) this.waiting -= 1;
      if (this.waiting > 0) this.wait();
    });
  }

  choose() {
    const at = this.waiting > 0 && this.point ? this.pixels()?.(this.point.place) : null;
    if (!at || !this.press) return;
    const box = this.binding.plot.getBoundingClientRect();
    if (Math.hypot(box.left + at[0] - this.press[0], box.top + at[1] - this.press[1]) > REACH) return;
    this.waiting = 0;
    this.send(this.point.number);
  }

  // A function of [x, y, z] that says where that place is seen, in pixels from the chart's upper left corner.
  pixels() {
    const scene = this.binding?.plot?._fullLayout?.scene?._scene;
    const camera = scene?.glplot?.cameraParams;
    if (!camera?.model || !camera.view || !camera.projection || !scene.dataScale) return null;
    const { clientWidth: width, clientHeight: height } = scene.container;
    const matrices = [camera.model, camera.view, camera.projection];
    const at = (place) => {
      let point = [...place.map((value, axis) => value * scene.dataScale[axis]), 1];
      for (const matrix of matrices) point = transformed(matrix, point);
      return [(0.5 + (0.5 * point[0]) / point[3]) * width, (0.5 - (0.5 * point[1]) / point[3]) * height];
    };
    at.seen = [width, height, ...scene.dataScale, ...matrices.flatMap((matrix) => [...matrix])].join();
    return at;
  }

  // Left and right go around the vertical axis, up and down over the cloud, plus and minus nearer and further.
  key(event) {
    const turns = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const zooms = { "+": 0.9, "-": 1 / 0.9 };
    const scene = this.binding.plot?._fullLayout?.scene?._scene;
    if (!(event.key in turns || event.key in zooms) || !scene?.getCamera || !scene.setViewport) return;
    const camera = scene.getCamera();
    const [x, y, z] = ["x", "y", "z"].map((name) => camera.eye[name] - camera.center[name]);
    const distance = Math.hypot(x, y, z) * (zooms[event.key] ?? 1);
    const [around, over] = turns[event.key] ?? [0, 0];
    const angle = Math.atan2(y, x) + around * ANGLE;
    const height = Math.asin(z / Math.hypot(x, y, z)) + over * ANGLE;
    const steep = Math.min(Math.max(height, -STEEPEST), STEEPEST);
    const flat = distance * Math.cos(steep);
    const eye = [flat * Math.cos(angle), flat * Math.sin(angle), distance * Math.sin(steep)];
    ["x", "y", "z"].forEach((name, place) => { camera.eye[name] = camera.center[name] + eye[place]; });
    camera.up = { x: 0, y: 0, z: 1 };
    scene.setViewport({ ...scene.fullSceneLayout, camera, aspectratio: scene.fullSceneLayout.aspectratio });
    scene.saveLayout?.(this.binding.plot.layout);
    event.preventDefault();
  }

  destroy() {
    this.binding?.destroy();
    this.sentence.remove();
    this.svg.remove();
  }
}

// A 4×4 matrix, column after column, times a point of four numbers.
function transformed(matrix, point) {
  return [0, 1, 2, 3].map((row) => point.reduce((sum, value, column) => sum + matrix[4 * column + row] * value, 0));
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export default mounted(SpacePoints);
