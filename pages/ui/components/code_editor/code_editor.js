// A code as bars or as feature maps, each number of which is dragged up and down.
//
// data: { key, home: [numbers of the encoder], at: [index, …], to: [value, …], shape: null | [rows, columns, filters],
//         reach: the largest absolute value, token, version, pictures: [{ uri, title, alt, fresh }], words: what is said
//         below them, follower: token of what follows (live.js) }
// { token, at, to }, every number that differs from the encoder's, goes to the follower while a number is dragged, as
// JSON, and is the trigger `edit` once the hand stops.
const SLACK = 2; // pixels: a press that moves less is no drag
const STEPS = 40; // key presses from zero to the largest value
const MANY = 48; // bars in one row at the usual width; more of them get lower rows
const FEW = 16; // bars that have their name below
const MAP_PIXELS = 200; // of a drag over the whole range, on a cell
const POSITIVE = [196, 174, 255]; // as aemodels.figures.activations has them
const NEGATIVE = [255, 169, 14];

class CodeEditor {
  constructor({ parentElement }) {
    this.root = parentElement.querySelector(".editor");
    this.pictures = parentElement.querySelector(".pictures");
    this.words = parentElement.querySelector(".words");
    this.back = parentElement.querySelector(".back");
    for (const name of ["units", "maps", "cells", "readout", "zero", "restore", "hint"]) {
      this[name] = this.root.querySelector(`.${name}`);
    }
    this.follower = new Follower(() => JSON.stringify(this.message()));
    this.hear = ({ detail }) => { if (detail[this.name]) this.answer(detail[this.name]); };
    document.addEventListener("aemodels-live", this.hear);
    this.chosen = 0; // the number that keys and buttons mean
    this.map = 0; // the map that is shown large
    for (const part of [this.units, this.cells]) {
      part.addEventListener("pointerdown", (event) => this.take(event));
      part.addEventListener("pointermove", (event) => this.drag(event));
      part.addEventListener("pointerup", () => this.drop());
      part.addEventListener("pointercancel", () => this.drop());
      part.addEventListener("pointerover", (event) => this.hover(event));
      part.addEventListener("pointerleave", () => this.read(this.held?.index ?? this.chosen));
      part.addEventListener("dblclick", (event) => this.toggle([this.indexOf(event.target)]));
      part.addEventListener("keydown", (event) => this.key(event));
      part.addEventListener("keyup", () => this.settle());
      part.addEventListener("focusin", (event) => this.choose(this.indexOf(event.target)));
    }
    this.back.onclick = () => this.set(this.changed(), (index) => this.home[index]);
    this.zero.onclick = () => this.set(this.meant(), () => 0);
    this.restore.onclick = () => this.set(this.meant(), (index) => this.home[index]);
  }

  update({ data, setTriggerValue }) {
    this.send = (message) => setTriggerValue("edit", message);
    this.name = data.key;
    this.followedBy = data.follower;
    const epoch = `${data.token} ${data.version}`;
    if (epoch !== this.epoch) {
      this.epoch = epoch;
      this.takeOver(data);
    }
    if (!this.unsettled) this.answer(data); // else what follows is newer
  }

  destroy() {
    this.follower.stop();
    document.removeEventListener("aemodels-live", this.hear);
  }

  // What the decoder made of it.
  answer({ pictures, words }) {
    while (this.pictures.children.length < pictures.length) {
      const figure = document.createElement("figure");
      figure.append(document.createElement("figcaption"), document.createElement("img"));
      this.pictures.append(figure);
    }
    pictures.forEach(({ uri, title, alt, fresh }, place) => {
      const figure = this.pictures.children[place];
      const [caption, image] = figure.children;
      figure.className = fresh ? "new" : "";
      if (caption.textContent !== title) caption.textContent = title;
      if (image.src !== uri) image.src = uri;
      image.alt = alt;
    });
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  // --- what is sent -----------------------------------------------------------------------------------------------

  takeOver({ home, at, to, shape, reach, token }) {
    const form = JSON.stringify([home.length, shape]);
    this.follower.stop();
    Object.assign(this, { home, shape, reach, token, unsettled: false, held: null });
    this.now = home.slice();
    at.forEach((index, place) => { this.now[index] = to[place]; });
    this.bright = Math.max(...home.map(Math.abs), 1e-6);
    if (form !== this.form) {
      this.form = form;
      this.chosen = this.map = 0;
      this.build();
    }
    this.paintAll();
  }

  message() {
    const at = this.changed();
    return { token: this.token, at, to: at.map((index) => this.now[index]) };
  }

  changed() {
    return this.now.flatMap((value, index) => (value === this.home[index] ? [] : [index]));
  }

  // The hand has stopped.
  settle() {
    if (!this.unsettled) return;
    this.unsettled = false;
    this.follower.finish();
    this.send(this.message());
  }

  put(indices, value) {
    for (const index of indices) {
      const wanted = Math.min(Math.max(value(index), -this.reach), this.reach);
      this.now[index] = wanted === this.home[index] ? wanted : Math.round(wanted * 1e4) / 1e4;
    }
    this.unsettled = true;
    this.paint(indices);
    this.follower.changed(this.followedBy);
  }

  // The same by one click.
  set(indices, value) {
    this.put(indices, value);
    this.settle();
  }

  // To zero, or back where that was done before.
  toggle(indices) {
    if (indices[0] === undefined || indices[0] === null) return;
    const off = indices.every((index) => this.now[index] === 0);
    this.set(indices, (index) => (off ? this.home[index] : 0));
  }

  // --- mouse, finger, keys ------------------------------------------------------------------------------------------

  indexOf(target) {
    const found = target.closest?.("[data-index]");
    if (!found) return null;
    return this.shape ? this.inMap(Number(found.dataset.index), this.map) : Number(found.dataset.index);
  }

  inMap(cell, map) {
    return cell * this.shape[2] + map;
  }

  ofMap(map) {
    const [rows, columns] = this.shape;
    return Array.from({ length: rows * columns }, (_, cell) => this.inMap(cell, map));
  }

  // What the buttons act on: a whole map, or one number.
  meant() {
    return this.shape ? this.ofMap(this.map) : [this.chosen];
  }

  take(event) {
    const index = this.indexOf(event.target);
    if (event.button !== 0 || index === null) return;
    event.preventDefault();
    const element = event.target.closest("[data-index]");
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    const pixels = this.shape ? MAP_PIXELS : element.clientHeight;
    this.held = { index, y: event.clientY, from: this.now[index], each: (2 * this.reach) / pixels, moved: false };
  }

  drag(event) {
    if (!this.held) return;
    const { index, y, from, each } = this.held;
    this.held.moved ||= Math.abs(event.clientY - y) > SLACK;
    if (this.held.moved) this.put([index], () => from + (y - event.clientY) * each);
  }

  hover(event) {
    if (!this.held) this.read(this.indexOf(event.target) ?? this.chosen);
  }

  drop() {
    this.held = null;
    this.settle();
  }

  key(event) {
    const { key } = event;
    const index = this.chosen;
    const step = (this.reach / STEPS) * (event.shiftKey ? 5 : 1);
    const walks = this.shape
      ? { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.shape[1], ArrowDown: this.shape[1] }
      : { ArrowLeft: -1, ArrowRight: 1 };
    const changes = { "+": step, "=": step, "-": -step, PageUp: 5 * step, PageDown: -5 * step };
    if (!this.shape) Object.assign(changes, { ArrowUp: step, ArrowDown: -step });
    if (key in walks) this.walk(walks[key]);
    else if (key in changes) this.put([index], () => this.now[index] + changes[key]);
    else if (key === "Delete" || key === "Backspace" || key === "0") this.put([index], () => 0);
    else if (key === "Enter") this.put([index], () => this.home[index]);
    else return;
    event.preventDefault();
  }

  walk(by) {
    const elements = (this.shape ? this.cells : this.units).children;
    const place = this.shape ? (this.chosen - this.map) / this.shape[2] : this.chosen;
    elements[Math.min(Math.max(place + by, 0), elements.length - 1)].focus();
  }

  choose(index) {
    if (index === null) return;
    this.chosen = index;
    this.mark();
    this.read(index);
  }

  show(map) {
    this.map = map;
    this.chosen = this.inMap(0, map);
    [...this.maps.children].forEach((button, place) => button.setAttribute("aria-pressed", String(place === map)));
    this.cells.setAttribute("aria-label", `Map ${map + 1}, large: each square is a number of the code`);
    this.zero.textContent = `Set map ${map + 1} to zero`;
    this.restore.textContent = "Restore it";
    this.paint(this.ofMap(map));
    this.mark();
  }

  // --- what is seen -------------------------------------------------------------------------------------------------

  build() {
    const maps = Boolean(this.shape);
    this.root.classList.toggle("of-maps", maps);
    this.units.hidden = maps;
    this.maps.hidden = this.cells.hidden = !maps;
    this.units.replaceChildren();
    this.maps.replaceChildren();
    this.cells.replaceChildren();
    if (maps) this.buildMaps();
    else this.buildBars();
    this.hint.textContent = maps
      ? "Choose a map, then drag its squares up or down. Double-click sets a map or a square to zero, and back. " +
        "Keys: arrows, + and −, Delete, Enter."
      : "Drag a bar up or down. Double-click sets it to zero, and back. Keys: arrows, Delete, Enter.";
  }

  buildBars() {
    const count = this.home.length;
    this.units.setAttribute("aria-label", `The ${count} numbers of the code`);
    this.units.style.setProperty("--count", count);
    this.units.classList.toggle("few", count <= FEW);
    this.units.classList.toggle("rows", count > MANY);
    for (let index = 0; index < count; index += 1) {
      const unit = slider("unit", index, `Number ${index + 1} of the code`, this.reach);
      unit.append(...["home", "now"].map((name) => Object.assign(document.createElement("i"), { className: name })));
      if (count <= FEW) unit.append(Object.assign(document.createElement("span"), { className: "name", textContent: named(index) }));
      this.units.append(unit);
    }
  }

  buildMaps() {
    const [rows, columns, filters] = this.shape;
    this.cells.style.setProperty("--columns", columns);
    for (let map = 0; map < filters; map += 1) {
      const button = document.createElement("button");
      const canvas = document.createElement("canvas");
      Object.assign(canvas, { width: columns, height: rows });
      button.type = "button";
      button.className = "map";
      button.append(canvas);
      button.onclick = () => this.show(map);
      button.ondblclick = () => this.toggle(this.ofMap(map));
      button.onkeydown = (event) => {
        if (event.key === "Delete" || event.key === "Backspace") this.toggle(this.ofMap(map));
      };
      this.maps.append(button);
    }
    for (let cell = 0; cell < rows * columns; cell += 1) {
      const place = `row ${Math.floor(cell / columns) + 1}, column ${(cell % columns) + 1}`;
      this.cells.append(slider("cell", cell, place, this.reach));
    }
  }

  paintAll() {
    if (!this.shape) {
      this.paint(this.home.keys());
      this.mark();
      this.read(this.chosen);
      return;
    }
    for (let map = 0; map < this.shape[2]; map += 1) this.paintMap(map);
    this.show(this.map);
    this.read(this.chosen);
  }

  paint(indices) {
    const maps = new Set();
    for (const index of indices) {
      if (!this.shape) {
        this.paintBar(index);
        continue;
      }
      const map = index % this.shape[2];
      maps.add(map);
      if (map === this.map) this.paintCell(index);
    }
    for (const map of maps) this.paintMap(map);
    this.read(this.held?.index ?? this.chosen);
  }

  paintBar(index) {
    const [value, home] = [this.now[index], this.home[index]];
    const unit = this.units.children[index];
    const [was, now] = unit.children;
    const share = (Math.abs(value) / this.reach) * 50;
    now.style.height = `${share}%`;
    now.style.bottom = `${value > 0 ? 50 : 50 - share}%`;
    was.style.bottom = `${50 + (home / this.reach) * 50}%`;
    unit.classList.toggle("negative", value < 0);
    unit.classList.toggle("changed", value !== home);
    unit.classList.toggle("off", value === 0 && home !== 0);
    this.say(unit, value);
  }

  paintCell(index) {
    const cell = this.cells.children[(index - this.map) / this.shape[2]];
    cell.style.background = `rgb(${this.colour(this.now[index])})`;
    this.say(cell, this.now[index]);
  }

  paintMap(map) {
    const button = this.maps.children[map];
    const indices = this.ofMap(map);
    const context = button.firstElementChild.getContext("2d");
    const pixels = context.createImageData(this.shape[1], this.shape[0]);
    indices.forEach((index, cell) => pixels.data.set([...this.colour(this.now[index]), 255], 4 * cell));
    context.putImageData(pixels, 0, 0);
    const changed = indices.filter((index) => this.now[index] !== this.home[index]).length;
    const off = changed > 0 && indices.every((index) => this.now[index] === 0);
    button.classList.toggle("changed", changed > 0 && !off);
    button.classList.toggle("off", off);
    button.title = `Map ${map + 1}${off ? ", set to zero" : changed ? `, ${changed} numbers changed` : ""}`;
    button.setAttribute("aria-label", button.title);
  }

  // Black for zero, violet for what is positive, orange for what is negative.
  colour(value) {
    const share = Math.min(Math.abs(value) / this.bright, 1);
    return (value > 0 ? POSITIVE : NEGATIVE).map((part) => Math.round(part * share));
  }

  say(element, value) {
    element.setAttribute("aria-valuenow", value.toFixed(2));
  }

  mark() {
    const elements = (this.shape ? this.cells : this.units).children;
    const chosen = this.shape ? (this.chosen - this.map) / this.shape[2] : this.chosen;
    [...elements].forEach((element, place) => {
      element.classList.toggle("chosen", place === chosen);
      element.tabIndex = place === chosen ? 0 : -1;
    });
  }

  read(index) {
    const [value, home] = [this.now[index], this.home[index]];
    const name = this.shape
      ? `Map ${(index % this.shape[2]) + 1}, ${this.cells.children[Math.floor(index / this.shape[2])].ariaLabel}`
      : named(index);
    const was = value === home ? "" : ` (encoder: ${signed(home)})`;
    const text = `${name} = ${signed(value)}${was}`;
    if (this.readout.textContent !== text) this.readout.textContent = text;
    const meant = this.meant();
    this.zero.disabled = meant.every((each) => this.now[each] === 0);
    this.back.disabled = this.now.every((each, place) => each === this.home[place]);
    this.restore.disabled = meant.every((each) => this.now[each] === this.home[each]);
  }
}

function slider(kind, index, label, reach) {
  const element = document.createElement("div");
  element.className = kind;
  element.dataset.index = index;
  element.setAttribute("role", "slider");
  element.setAttribute("aria-orientation", "vertical");
  element.setAttribute("aria-valuemin", (-reach).toFixed(2));
  element.setAttribute("aria-valuemax", reach.toFixed(2));
  element.ariaLabel = label;
  return element;
}

function named(index) {
  return `z${[...String(index + 1)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("")}`;
}

function signed(value) {
  return value.toFixed(2).replace("-", "−");
}

export default mounted(CodeEditor);
