// One camera for several 3-D charts. Once a frame the cameras are compared: the one that has moved is given to the
// others. The arrow keys turn them while one has the focus, plus and minus come nearer and go further.
//
// data: { charts: [key, …], without_webgl: the sentence for browsers that cannot draw them }
const ANGLE = Math.PI / 36; // of one key press
const STEEPEST = 0.49 * Math.PI;

class TurnedTogether {
  constructor() {
    this.sides = [];
    this.camera = null; // the one that all have, and
    this.seen = ""; // the same in words
    this.known = []; // the scenes that have it
    this.gone = false;
    const follow = () => {
      if (this.gone) return;
      this.share();
      requestAnimationFrame(follow);
    };
    requestAnimationFrame(follow);
  }

  update({ data, parentElement }) {
    this.sentence = data.without_webgl;
    this.ink = getComputedStyle(parentElement.host ?? parentElement).getPropertyValue("--st-text-color");
    const charts = data.charts.join(" ");
    if (charts === this.charts) return;
    this.charts = charts;
    for (const side of this.sides) side.binding.destroy();
    this.sides = data.charts.map((chart) => this.side(chart));
  }

  side(chart) {
    const side = { note: document.createElement("div") };
    Object.assign(side.note.style, {
      position: "absolute", inset: "0", zIndex: "40", display: "flex", alignItems: "center",
      justifyContent: "center", padding: "1rem", textAlign: "center",
    });
    const pressed = (event) => this.key(side, event);
    side.binding = new PlotBinding(`.st-key-${CSS.escape(chart)} .js-plotly-plot`, {
      bind: (plot) => {
        plot.tabIndex = 0;
        plot.addEventListener("keydown", pressed, true);
      },
      unbind: (plot) => {
        plot.removeEventListener("keydown", pressed, true);
        plot.removeAttribute("tabindex");
        side.note.remove();
      },
      change: () => this.look(side),
    });
    return side;
  }

  scene(side) {
    const scene = side.binding?.plot?._fullLayout?.scene?._scene;
    return scene?.glplot && scene.getCamera && scene.setViewport ? scene : null;
  }

  // A chart that Streamlit has drawn anew, with the camera where it was at first, gets the one that all had.
  share() {
    const scenes = this.sides.map((side) => this.scene(side)).filter(Boolean);
    if (scenes.length < 2) return;
    const cameras = scenes.map((scene) => scene.getCamera());
    const texts = cameras.map(described);
    const moved = texts.findIndex((text, place) => text !== this.seen && scenes[place] === this.known[place]);
    const fresh = scenes.some((scene, place) => scene !== this.known[place]);
    this.known = scenes;
    if (moved >= 0 || !this.camera) this.camera = cameras[Math.max(moved, 0)];
    else if (!fresh) return;
    this.seen = described(this.camera);
    scenes.forEach((scene, place) => {
      if (texts[place] !== this.seen) look(scene, this.camera);
    });
  }

  // Left and right go around the vertical axis, up and down over the cloud, plus and minus nearer and further.
  key(side, event) {
    const turns = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const zooms = { "+": 0.9, "-": 1 / 0.9 };
    const scene = this.scene(side);
    if (!(event.key in turns || event.key in zooms) || !scene) return;
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
    look(scene, camera);
    event.preventDefault();
  }

  // Without WebGL Plotly shows a white box that opens another site when it is clicked: a sentence takes its place.
  look(side) {
    const plot = side.binding?.plot;
    const messages = plot?.querySelectorAll(".no-webgl") ?? [];
    if (!messages.length) return side.note.remove();
    for (const message of messages) {
      message.style.display = "none";
      message.parentElement.style.background = "none";
    }
    side.note.textContent = this.sentence;
    side.note.style.color = this.ink;
    if (side.note.parentNode !== plot) plot.appendChild(side.note);
  }

  destroy() {
    this.gone = true;
    for (const side of this.sides) {
      side.binding.destroy();
      side.note.remove();
    }
  }
}

function look(scene, camera) {
  scene.setViewport({ ...scene.fullSceneLayout, camera, aspectratio: scene.fullSceneLayout.aspectratio });
}

// A camera in words, rounded: what Plotly gives back after it was set differs in the last digits.
function described({ eye, center, up }) {
  const round = (value) => Math.round(value * 1e3);
  return [eye, center, up].map(({ x, y, z }) => [x, y, z].map(round).join()).join(";");
}

export default mounted(TurnedTogether);
