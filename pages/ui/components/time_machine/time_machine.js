// data: { key, run, epochs: [number, …], newest: frame, kept: number | null, inputs: uri, rows: [title], classes: base64 of bytes, colours: [colour],
//         follower: token }
// frame: { epoch, sheet: uri of rows of ten images, codes: base64 of uint16 x, y, …, area: [left, right, bottom, top] }
// Nothing is sent to Python but, by the follower (live.js), the epochs that this browser has no frame of. The newest epoch
// is shown until somebody moves the slider; the last one brings that back. Points glide from an epoch to the next one.
const SIDE = 28;
const TEN = 10;
const GLIDE = 450; // milliseconds from one epoch to the next
const RADIUS = 2.2; // pixels of a point, of 560
const MARGIN = 14;

class TimeMachine {
  constructor({ parentElement }) {
    for (const name of ["map", "rows", "play", "slider", "words"]) this[name] = parentElement.querySelector(`.${name}`);
    this.frames = new Map();
    this.place = null; // which of the epochs is shown; null means the newest
    this.playing = false;
    this.follower = new Follower(() => JSON.stringify(this.missing()));
    this.hear = ({ detail }) => this.take(detail[this.data.key]?.frames);
    document.addEventListener("aemodels-live", this.hear);
    this.slider.oninput = () => this.choose(Number(this.slider.value));
    this.play.onclick = () => this.toggle();
  }

  update({ data }) {
    if (data.run !== this.data?.run) {
      this.frames.clear();
      this.place = this.now = null;
      this.playing = false;
    }
    const inputs = data.inputs !== this.data?.inputs;
    this.data = data;
    this.epochs = data.epochs;
    this.classes = bytes(data.classes);
    if (inputs) this.build();
    this.map.hidden = !data.newest.codes;
    this.take([data.newest]);
    if (this.missing().length) this.follower.changed(data.follower);
    this.show();
  }

  destroy() {
    cancelAnimationFrame(this.request);
    clearTimeout(this.timer);
    this.follower.stop();
    document.removeEventListener("aemodels-live", this.hear);
  }

  missing() {
    return this.epochs.filter((epoch) => !this.frames.has(epoch));
  }

  take(frames) {
    if (!frames) return;
    for (const { epoch, sheet, codes, area } of frames) {
      if (this.frames.get(epoch)?.uri === sheet) continue;
      const image = new Image();
      const raw = bytes(codes);
      const whole = new Uint16Array(raw.buffer, 0, raw.length / 2);
      this.frames.set(epoch, { uri: sheet, image, area, codes: whole });
      image.onload = () => this.show();
      image.src = sheet;
    }
    this.show();
  }

  // --- which epoch ------------------------------------------------------------------------------------------------

  last() {
    return this.epochs.length - 1;
  }

  choose(place) {
    this.playing = false;
    this.place = place >= this.last() ? null : place;
    this.show();
  }

  toggle() {
    this.playing = !this.playing;
    if (this.playing) {
      this.place = this.place === null ? 0 : this.place;
      this.now = null; // it begins where it begins, without a glide
    }
    this.show();
    this.step();
  }

  step() {
    clearTimeout(this.timer);
    if (!this.playing) return;
    this.timer = setTimeout(() => {
      if (this.place === null || this.place >= this.last()) {
        this.playing = false;
        this.place = null;
      } else this.place += 1;
      this.show();
      this.step();
    }, GLIDE);
  }

  // --- what is seen -----------------------------------------------------------------------------------------------

  build() {
    const titles = ["Ten test images", ...this.data.rows];
    this.sheets = titles.map((title) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: TEN * SIDE, height: SIDE });
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", title);
      const words = Object.assign(document.createElement("p"), { textContent: title });
      const row = Object.assign(document.createElement("div"), { className: "row" });
      row.append(words, canvas);
      return row;
    });
    this.rows.replaceChildren(...this.sheets);
    const image = new Image();
    image.onload = () => this.row(0).drawImage(image, 0, 0);
    image.src = this.data.inputs;
  }

  row(place) {
    return this.sheets[place].lastElementChild.getContext("2d");
  }

  show() {
    if (!this.epochs?.length) return;
    const place = this.place ?? this.last();
    const epoch = this.epochs[place];
    const frame = this.frames.get(epoch);
    this.slider.max = String(Math.max(this.last(), 1));
    this.slider.value = String(place);
    this.slider.disabled = this.play.disabled = this.epochs.length < 2;
    const text = (epoch === 0 ? "before training" : `epoch ${epoch}`) + (epoch === this.data.kept ? " (kept)" : "");
    if (this.words.textContent !== text) this.words.textContent = text;
    this.slider.setAttribute("aria-valuetext", text);
    this.map.setAttribute("aria-label", `Codes of ${this.classes.length} test images, ${text}`);
    this.play.textContent = this.playing ? "❚❚" : "▶";
    this.play.setAttribute("aria-label", this.playing ? "Hold" : "Play the epochs");
    if (!frame) return;
    if (frame.image.complete) {
      this.data.rows.forEach((_, row) => {
        this.row(row + 1).drawImage(frame.image, 0, row * SIDE, TEN * SIDE, SIDE, 0, 0, TEN * SIDE, SIDE);
      });
    }
    if (frame.codes.length) this.glide(frame);
  }

  // From where the points are to where they are in this frame.
  glide(frame) {
    if (this.towards === frame && this.now) return;
    this.towards = frame;
    const [left, right, bottom, top] = frame.area;
    const goal = new Float32Array(frame.codes.length);
    for (let at = 0; at < goal.length; at += 2) {
      goal[at] = left + (frame.codes[at] / 65535) * (right - left);
      goal[at + 1] = bottom + (frame.codes[at + 1] / 65535) * (top - bottom);
    }
    const from = this.now?.codes.length === goal.length ? this.now : null;
    const begun = performance.now();
    const still = !from || matchMedia("(prefers-reduced-motion: reduce)").matches;
    cancelAnimationFrame(this.request);
    const draw = () => {
      const share = still ? 1 : Math.min((performance.now() - begun) / GLIDE, 1);
      const eased = share * share * (3 - 2 * share);
      const mix = (one, other) => one + (other - one) * eased;
      const codes = from ? goal.map((value, at) => mix(from.codes[at], value)) : goal;
      const area = from ? frame.area.map((value, at) => mix(from.area[at], value)) : frame.area;
      this.now = { codes, area };
      this.draw();
      if (share < 1) this.request = requestAnimationFrame(draw);
    };
    draw();
  }

  draw() {
    const { codes, area: [left, right, bottom, top] } = this.now;
    const pen = this.map.getContext("2d");
    const side = this.map.width;
    const scale = (side - 2 * MARGIN) / Math.max(right - left, top - bottom, 1e-6); // equal axes
    const [x0, y0] = [side / 2 - (scale * (left + right)) / 2, side / 2 + (scale * (bottom + top)) / 2];
    pen.clearRect(0, 0, side, side);
    pen.globalAlpha = 0.8;
    this.data.colours.forEach((colour, kind) => {
      pen.fillStyle = colour;
      pen.beginPath();
      for (let at = 0; at < this.classes.length; at += 1) {
        if (this.classes[at] !== kind) continue;
        const [x, y] = [x0 + scale * codes[2 * at], y0 - scale * codes[2 * at + 1]];
        pen.moveTo(x + RADIUS, y);
        pen.arc(x, y, RADIUS, 0, 2 * Math.PI);
      }
      pen.fill();
    });
  }
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

export default mounted(TimeMachine);
