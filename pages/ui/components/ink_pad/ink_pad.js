// A pad to draw on: ink follows the pointer in the browser alone, and what is drawn goes to Python as it grows.
//
// data: { side, label, hint, strokes: [{ width, erase, points: [x, y, pressure, …] }], version, underlay: uri | null,
//         follower: token | null }
// Strokes are in pixels of a square of `side`; `version` says that `strokes` are others than before and shall be shown.
// Sends the trigger `ink` with { png, strokes } when a stroke has ended. While one grows, its picture goes to the
// follower (live.js), where there is one.
const WIDTHS = [10, 20, 30]; // of 252: thin, as MNIST's, thick
const STEP = 6; // pixels that an arrow key moves the pen; with Shift three times as far

class Pad {
  constructor() {
    this.strokes = [];
    this.removed = [];
    this.erase = false;
    this.width = WIDTHS[1];
    this.sheet = document.createElement("canvas"); // what is sent: one pixel to a pixel, whatever the screen has
    this.follower = new Follower(() => this.png());
  }

  update({ data, parentElement, key, setTriggerValue }) {
    this.send = (value) => setTriggerValue("ink", value);
    this.data = data;
    this.root = parentElement;
    this.canvas ??= this.begin();
    this.canvas.setAttribute("aria-label", data.label);
    this.root.querySelector(".hint").textContent = data.hint;
    const other = data.underlay !== this.underlayUri;
    if (data.version !== this.version) {
      this.version = data.version;
      this.strokes = data.strokes.map(({ width, erase, points }) => ({ width, erase, points: [...points] }));
      this.removed = [];
      this.stroke = null;
      if (!other) this.redraw();
    }
    if (other) this.lay(data.underlay);
    this.show();
  }

  begin() {
    const { side } = this.data;
    this.root.querySelector(".pad").style.setProperty("--side", `${side}px`);
    const canvas = this.root.querySelector("canvas");
    this.scale = Math.min(3, Math.max(1, Math.ceil(window.devicePixelRatio || 1)));
    canvas.width = canvas.height = side * this.scale;
    this.sheet.width = this.sheet.height = side;
    this.pens = [canvas.getContext("2d"), this.sheet.getContext("2d", { willReadFrequently: true })];
    this.pens[0].scale(this.scale, this.scale);
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(name, (event) => this.up(event));
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("focus", () => this.focused(canvas));
    canvas.addEventListener("blur", () => this.lift());
    for (const button of this.root.querySelectorAll("[data-tool]")) button.onclick = () => this.tool(button.dataset.tool);
    this.root.querySelector(".tools").addEventListener("keydown", (event) => this.walk(event));
    return canvas;
  }

  // Reached by Tab, the pen shows where it would begin.
  focused(canvas) {
    if (!canvas.matches(":focus-visible") || this.pointer !== undefined) return;
    this.keyed = true;
    this.at ??= [this.data.side / 2, this.data.side / 2];
    this.show();
  }

  // --- ink -------------------------------------------------------------------------------------------------------

  down(event) {
    if (event.button !== 0 || this.pointer !== undefined) return;
    event.preventDefault();
    this.lift();
    this.keyed = false;
    this.pointer = event.pointerId;
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.start(...this.place(event));
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) this.go(...this.place(each));
    this.grown();
  }

  up(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = undefined;
    this.end();
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const pressure = event.pointerType === "pen" && event.pressure > 0 ? 0.5 + event.pressure : 1;
    const to = this.data.side / box.width;
    return [(event.clientX - box.left) * to, (event.clientY - box.top) * to, pressure];
  }

  start(x, y, pressure) {
    this.stroke = { width: this.width, erase: this.erase, points: [] };
    this.strokes.push(this.stroke);
    this.removed = [];
    this.go(x, y, pressure);
    this.show();
    this.grown();
  }

  go(x, y, pressure) {
    const { points } = this.stroke;
    points.push(Math.round(x * 10) / 10, Math.round(y * 10) / 10, Math.round(pressure * 100) / 100);
    for (const pen of this.pens) paint(pen, this.stroke, Math.max(points.length - 6, 0));
  }

  end() {
    if (!this.stroke) return;
    this.stroke = null;
    this.redraw(); // pieces laid end to end are beaded at their seams; a finished stroke is one line
    this.ended();
    this.show();
  }

  redraw() {
    const { side } = this.data;
    for (const pen of this.pens) {
      pen.fillStyle = "#000";
      pen.fillRect(0, 0, side, side);
      pen.imageSmoothingEnabled = false;
      if (this.underlay) pen.drawImage(this.underlay, 0, 0, side, side);
      for (const stroke of this.strokes) paintWhole(pen, stroke);
    }
  }

  lay(uri) {
    this.underlayUri = uri;
    this.underlay = null;
    if (!uri) return this.redraw();
    const image = new Image();
    image.onload = () => {
      if (this.underlayUri !== uri) return;
      this.underlay = image;
      this.redraw();
    };
    image.src = uri;
  }

  // --- what goes to Python ---------------------------------------------------------------------------------------

  grown() {
    this.follower.changed(this.data.follower);
  }

  ended() {
    this.follower.finish();
    this.send({ png: this.png(), strokes: this.strokes });
  }

  png() {
    const empty = !this.strokes.some(({ erase }) => !erase) && !this.underlay;
    return empty ? "" : this.sheet.toDataURL("image/png");
  }

  // --- tools and keys --------------------------------------------------------------------------------------------

  tool(name) {
    if (name === "pen" || name === "eraser") this.erase = name === "eraser";
    if (name === "width") this.width = WIDTHS[(WIDTHS.indexOf(this.width) + 1) % WIDTHS.length];
    if (name === "undo" || name === "clear") {
      this.lift();
      if (name === "undo" && !this.strokes.length && this.removed.length) this.strokes = this.removed;
      else if (name === "undo") this.strokes.pop();
      else [this.removed, this.strokes] = [this.strokes, []];
      if (name === "undo") this.removed = [];
      this.redraw();
      this.ended();
    }
    this.show();
  }

  walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const buttons = [...this.root.querySelectorAll("[data-tool]:enabled")];
    buttons[(buttons.indexOf(this.root.activeElement ?? event.target) + step + buttons.length) % buttons.length].focus();
    event.preventDefault();
  }

  key(event) {
    this.keyed = true;
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const { side } = this.data;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") this.tool("undo");
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key in moves) {
      const far = STEP * (event.shiftKey ? 3 : 1);
      this.at ??= [side / 2, side / 2];
      this.at = this.at.map((value, axis) => Math.min(side, Math.max(0, value + moves[event.key][axis] * far)));
      if (this.penDown) {
        this.go(...this.at, 1);
        this.grown();
      }
    } else if (event.key === " ") {
      this.at ??= [side / 2, side / 2];
      if (this.penDown) this.lift();
      else {
        this.penDown = true;
        this.start(...this.at, 1);
      }
    } else if (event.key === "e" || event.key === "E") this.tool(this.erase ? "pen" : "eraser");
    else if (event.key === "Delete" || event.key === "Backspace") this.tool("clear");
    else if (event.key === "Escape") this.lift();
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.show();
  }

  lift() {
    if (!this.penDown) return;
    this.penDown = false;
    this.end();
  }

  show() {
    const words = { pen: "Pen", eraser: "Eraser (E)", width: `Width ${this.width}`, undo: "Undo (Ctrl+Z)", clear: "Clear (Delete)" };
    const usable = { undo: this.strokes.length + this.removed.length > 0, clear: this.strokes.length > 0 };
    for (const button of this.root.querySelectorAll("[data-tool]")) {
      const name = button.dataset.tool;
      button.title = words[name];
      button.setAttribute("aria-label", words[name]);
      if (name === "pen" || name === "eraser") button.setAttribute("aria-pressed", String((name === "eraser") === this.erase));
      if (name === "width") button.querySelector("circle").setAttribute("r", String(this.width / 4 + 0.5));
      if (name in usable) button.disabled = !usable[name];
    }
    this.root.querySelector(".hint").hidden = this.strokes.length > 0;
    const pen = this.root.querySelector(".pen");
    pen.style.display = this.at && this.keyed ? "block" : "none";
    this.root.querySelector(".paper").classList.toggle("keyed", Boolean(this.keyed));
    pen.classList.toggle("down", Boolean(this.penDown));
    if (this.at) Object.assign(pen.style, { left: `${this.at[0]}px`, top: `${this.at[1]}px`, width: `${this.width}px`, height: `${this.width}px` });
  }

  destroy() {
    this.follower.stop();
  }
}

// A whole stroke: of even pressure one curve through the middles between its points, else piece by piece.
function paintWhole(pen, stroke) {
  const { points } = stroke;
  const last = points.length - 3;
  if (last < 6 || points.some((value, at) => at % 3 === 2 && value !== points[2])) {
    for (let from = 0; from <= last; from += 3) paint(pen, stroke, Math.max(from - 3, 0), from + 3);
    return;
  }
  prepare(pen, stroke, points[2]);
  pen.moveTo(points[0], points[1]);
  for (let at = 3; at < last; at += 3) {
    pen.quadraticCurveTo(points[at], points[at + 1], (points[at] + points[at + 3]) / 2, (points[at + 1] + points[at + 4]) / 2);
  }
  pen.lineTo(points[last], points[last + 1]);
  pen.stroke();
}

function prepare(pen, { width, erase }, pressure) {
  pen.strokeStyle = erase ? "#000" : "#fff";
  pen.lineWidth = width * pressure;
  pen.lineCap = pen.lineJoin = "round";
  pen.beginPath();
}

// The part of a stroke from point `from` on: a line with round ends, or a dot where there is one point only.
function paint(pen, stroke, from, to = stroke.points.length) {
  const { points } = stroke;
  prepare(pen, stroke, points[to - 1]);
  pen.moveTo(points[from], points[from + 1]);
  for (let at = from + 3; at < to; at += 3) pen.lineTo(points[at], points[at + 1]);
  if (to - from <= 3) pen.lineTo(points[from], points[from + 1]);
  pen.stroke();
}

export default mounted(Pad);
