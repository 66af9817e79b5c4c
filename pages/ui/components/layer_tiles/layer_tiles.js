// Sheets of tiles in the order of the pipeline. The tile under the cursor, or the one that the arrow keys have reached, is
// drawn large in the lens beside them, with its number and its largest value. A click or Enter holds it; Escape, or the
// same click again, lets it go. Nothing is sent to Python.
//
// data: { stations: [{ part, title, words, sheets: [{ uri, columns, tile: [rows, columns], gap, scale, noun,
//         numbers: [number from 1, …], peaks: [value, …], caption }] }] }
class LayerTiles {
  constructor({ parentElement }) {
    this.list = parentElement.querySelector(".stations");
    this.lens = parentElement.querySelector(".lens");
    this.tile = parentElement.querySelector(".lens .tile");
    this.filter = parentElement.querySelector(".lens .filter");
    this.words = parentElement.querySelector(".lens .words");
    this.held = null; // [station, sheet, tile] that a click holds
    this.shown = null; // the one that the lens shows
    this.moved = null; // the pointer's last place, to be looked at in the next frame
  }

  update({ data }) {
    this.stations = data.stations;
    const form = JSON.stringify(this.stations.map(({ part, title, words, sheets }) => [part, title, words, sheets.length]));
    if (form !== this.form) {
      this.form = form;
      this.held = this.shown = null;
      this.list.replaceChildren(...this.stations.map((station, place) => this.station(station, place)));
    }
    this.stations.forEach(({ sheets }, station) => sheets.forEach((sheet, place) => this.fill(sheet, station, place)));
    this.look(this.held ?? this.shown ?? this.first());
  }

  destroy() {
    cancelAnimationFrame(this.frame);
  }

  // The strongest tile of the first layer: something to see before anybody moves.
  first() {
    const place = Math.min(1, this.stations.length - 1);
    const sheet = this.stations[place].sheets.length - 1;
    const { peaks } = this.stations[place].sheets[sheet];
    return [place, sheet, peaks.indexOf(Math.max(...peaks))];
  }

  station({ part, title, words, sheets }, place) {
    const item = element("li", `station ${part}`);
    const step = element("div", "step");
    const row = element("div", "sheets");
    sheets.forEach((_, sheet) => row.append(this.sheet(place, sheet)));
    step.append(element("p", "title", title), element("p", "detail", words), row);
    item.append(step);
    return item;
  }

  sheet(station, place) {
    const whole = element("div", "whole");
    const frame = element("div", "frame");
    const mark = element("div", "mark");
    mark.hidden = true;
    frame.tabIndex = 0;
    frame.setAttribute("role", "img");
    frame.append(document.createElement("img"), mark);
    frame.addEventListener("pointermove", (event) => this.hover(station, place, event));
    frame.addEventListener("pointerleave", () => {
      this.moved = null;
      if (this.held) this.look(this.held);
    });
    frame.addEventListener("click", (event) => this.hold(this.at(station, place, event)));
    frame.addEventListener("keydown", (event) => this.key(station, place, event));
    frame.addEventListener("focus", () => {
      if (!this.held && frame.matches(":focus-visible")) this.look([station, place, 0]);
    });
    whole.append(frame, element("p", "caption"));
    return whole;
  }

  wholeOf(station, place) {
    return this.list.children[station].querySelectorAll(".whole")[place];
  }

  fill(sheet, station, place) {
    const whole = this.wholeOf(station, place);
    const [frame, caption] = whole.children;
    const image = frame.firstElementChild;
    const rows = Math.ceil(sheet.numbers.length / sheet.columns);
    const wide = (sheet.columns * (sheet.tile[1] + sheet.gap) - sheet.gap) * sheet.scale;
    const high = (rows * (sheet.tile[0] + sheet.gap) - sheet.gap) * sheet.scale;
    whole.closest(".step").style.setProperty("--wide", `${wide}px`);
    if (image.src !== sheet.uri) {
      image.src = sheet.uri;
      // What was shown before this picture can be drawn is drawn again.
      image.decode().then(() => this.shown && this.look(this.shown)).catch(() => {});
    }
    image.width = wide;
    image.height = high;
    image.alt = "";
    frame.classList.toggle("gaps", sheet.gap > 0);
    const { title, words } = this.stations[station];
    frame.setAttribute("aria-label", `${title}, ${words}. ${sheet.caption} Arrow keys go from one to the next.`);
    if (caption.textContent !== sheet.caption) caption.textContent = sheet.caption;
  }

  // --- which tile -------------------------------------------------------------------------------------------------

  hover(station, place, event) {
    if (this.held) return;
    this.moved = [station, place, { clientX: event.clientX, clientY: event.clientY }];
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      const found = this.moved && this.at(...this.moved);
      if (found) this.look(found);
    });
  }

  at(station, place, { clientX, clientY }) {
    const { columns, tile, gap, numbers } = this.stations[station].sheets[place];
    const box = this.wholeOf(station, place).querySelector("img").getBoundingClientRect();
    const rows = Math.ceil(numbers.length / columns);
    const step = ([size, count], share) => Math.floor((share * (count * (size + gap) - gap)) / (size + gap));
    const across = step([tile[1], columns], (clientX - box.left) / box.width);
    const down = step([tile[0], rows], (clientY - box.top) / box.height);
    if (across < 0 || across >= columns || down < 0) return null;
    const index = down * columns + across;
    return index < numbers.length ? [station, place, index] : null;
  }

  hold(found) {
    const again = found && this.held && found.every((part, place) => part === this.held[place]);
    this.held = again ? null : found;
    if (found) this.look(found);
  }

  key(station, place, event) {
    const { columns, numbers } = this.stations[station].sheets[place];
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const here = this.shown?.[0] === station && this.shown[1] === place ? this.shown[2] : 0;
    if (event.key in moves) {
      const index = Math.min(Math.max(here + moves[event.key], 0), numbers.length - 1);
      this.held = this.held && [station, place, index];
      this.look([station, place, index]);
    } else if (event.key === "Enter" || event.key === " ") this.hold([station, place, here]);
    else if (event.key === "Escape") this.held = null;
    else return;
    event.preventDefault();
  }

  // --- the lens ---------------------------------------------------------------------------------------------------

  look(found) {
    const [station, place, index] = found;
    const { title, sheets } = this.stations[station];
    const sheet = sheets[place];
    if (!sheet || index >= sheet.numbers.length) return;
    this.shown = found;
    for (const mark of this.list.querySelectorAll(".mark")) mark.hidden = true;
    this.put(station, place, index);
    this.draw(this.tile, station, place, index);
    const number = sheet.numbers[index];
    const other = sheets.length > 1 ? sheets[1 - place].numbers.indexOf(number) : -1;
    this.filter.hidden = other < 0;
    if (other >= 0) {
      this.put(station, 1 - place, other);
      this.draw(this.filter, station, 1 - place, other);
    }
    const many = sheet.numbers.length > 1 ? `${sheet.noun} ${number}` : title;
    const [rows, columns] = sheet.tile;
    const value = Math.abs(sheet.peaks[index]) < 0.005 ? "0.00" : sheet.peaks[index].toFixed(2).replace("-", "−");
    this.lens.classList.toggle("of-unit", rows * columns === 1);
    const text = `${many}: ${rows * columns > 1 ? `at most ${value}, ${rows}×${columns}` : value}${this.held ? " (held)" : ""}`;
    if (this.words.textContent !== text) this.words.textContent = text;
  }

  corner({ columns, tile, gap }, index) {
    return [(index % columns) * (tile[1] + gap), Math.floor(index / columns) * (tile[0] + gap)];
  }

  put(station, place, index) {
    const sheet = this.stations[station].sheets[place];
    const frame = this.wholeOf(station, place).firstElementChild;
    const image = frame.firstElementChild;
    const each = image.clientWidth / (image.width / sheet.scale); // a narrow page shrinks the picture
    const [left, top] = this.corner(sheet, index);
    const mark = frame.querySelector(".mark");
    mark.hidden = sheet.numbers.length < 2;
    Object.assign(mark.style, {
      left: `${left * each}px`, top: `${top * each}px`, width: `${sheet.tile[1] * each}px`, height: `${sheet.tile[0] * each}px`,
    });
  }

  draw(canvas, station, place, index) {
    const sheet = this.stations[station].sheets[place];
    const image = this.wholeOf(station, place).querySelector("img");
    const [rows, columns] = sheet.tile;
    Object.assign(canvas, { width: columns, height: rows });
    if (image.complete && image.naturalWidth) {
      const [left, top] = this.corner(sheet, index);
      canvas.getContext("2d").drawImage(image, left, top, columns, rows, 0, 0, columns, rows);
    }
  }
}

function element(name, kind, text = "") {
  const made = document.createElement(name);
  made.className = kind;
  if (text) made.textContent = text;
  return made;
}

export default mounted(LayerTiles);
