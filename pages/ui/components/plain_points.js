// The points of a Plotly chart on a plain canvas, instead of its WebGL. Where a browser has no WebGL, Plotly shows a
// grey box with a message, which is taken away. Where WebGL has no graphics card and the processor plays one, 70,000
// points take it half a second, at every move of the mouse; the rasteriser below takes a thirtieth of that, so Plotly's
// own drawing is switched off. All else stays Plotly's: hover, legend, selection, zoom.
class PlainPoints {
  constructor(binding) {
    this.binding = binding;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "plain-points";
    this.canvas.ariaHidden = "true"; // the chart's own description stays
    Object.assign(this.canvas.style, { position: "absolute", pointerEvents: "none" });
    this.stamps = new Map();
    this.planned = null;
    PlainPoints.emulated(); // asked before the chart is there, if it can be: the answer has to wait for what is drawn
  }

  // Whether WebGL is software. A browser that does not tell is taken to have a graphics card.
  static emulated() {
    if (PlainPoints.answer === undefined) {
      const context = document.createElement("canvas").getContext("webgl");
      const named = context?.getExtension("WEBGL_debug_renderer_info");
      const name = context?.getParameter(named ? named.UNMASKED_RENDERER_WEBGL : context.RENDERER) ?? "";
      PlainPoints.answer = /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
      context?.getExtension("WEBGL_lose_context")?.loseContext(); // a page may have few of them
    }
    return PlainPoints.answer;
  }

  // Draw the points, if Plotly does not; call it whenever the chart has changed. Once a frame is enough.
  draw() {
    const plot = this.binding.plot;
    if (!plot || !(this.withoutMessages(plot) || this.takenOver(plot))) return;
    this.planned ??= requestAnimationFrame(() => {
      this.planned = null;
      this.place();
    });
  }

  place() {
    const plot = this.binding.plot;
    if (!plot) return;
    // Where Plotly's own points would be: above its grid, below all else, and hidden with them.
    const parent = plot.querySelector(".gl-container") ?? plot;
    if (this.canvas.parentNode !== parent) parent.prepend(this.canvas);
    const { xaxis, yaxis } = plot._fullLayout;
    const [width, height] = [Math.round(xaxis._length), Math.round(yaxis._length)];
    Object.assign(this.canvas.style, {
      left: `${xaxis._offset}px`, top: `${yaxis._offset}px`, width: `${width}px`, height: `${height}px`,
    });
    const sharpness = window.devicePixelRatio || 1;
    const size = [Math.round(width * sharpness), Math.round(height * sharpness)];
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) [this.canvas.width, this.canvas.height] = size;
    if (size[0] && size[1]) this.paint(plot, sharpness);
  }

  remove() {
    cancelAnimationFrame(this.planned);
    this.canvas.remove();
  }

  // Hide Plotly's message, one for each time that it has tried; false where there is none.
  withoutMessages(plot) {
    const messages = plot.querySelectorAll(".no-webgl");
    for (const message of messages) message.style.display = "none";
    return messages.length > 0;
  }

  // Keep Plotly from drawing the points, where that is slow; false where it is not, or where they are more than dots of
  // one colour and one size a trace. What is switched off here is Plotly's own and may change with its version: where
  // it is not found, Plotly goes on drawing. It stays off: the chart and this leave the page together.
  takenOver(plot) {
    const scene = plot._fullLayout._plots?.xy?._scene;
    const layers = plot._fullLayout._glcanvas?.data?.().filter(({ regl }) => regl) ?? [];
    if (!PlainPoints.emulated() || !scene?.draw || !layers.length) return false;
    if (!plot._fullData.filter(PlainPoints.isShown).every(PlainPoints.isPlain)) return false;
    scene.draw = () => {};
    for (const { regl } of layers) {
      regl.clear = () => {}; // where nothing is drawn, nothing is to be wiped
      regl._gl.canvas.style.display = "none";
    }
    return true;
  }

  static isShown(trace) {
    return trace.visible === true && trace.x?.length > 0;
  }

  static isPlain({ mode, marker }) {
    return mode === "markers" && marker.symbol === "circle" && /^#[0-9a-f]{6}$/i.test(marker.color) && marker.size > 0;
  }

  // Each point is stamped into an array of pixels: colours with their opacity multiplied in, two channels at a time.
  // Twenty times as quick as asking the canvas for 70,000 shapes.
  paint(plot, sharpness) {
    const { width, height } = this.canvas;
    const context = this.canvas.getContext("2d");
    const traces = plot._fullData.filter((trace) => PlainPoints.isShown(trace) && PlainPoints.isPlain(trace));
    const border = Math.ceil(Math.max(0, ...traces.map(({ marker }) => marker.size)) * sharpness) + 2;
    const stride = width + 2 * border; // room for points that lie half outside
    const rows = height + 2 * border;
    if (this.image?.width !== stride || this.image?.height !== rows) {
      this.image = new ImageData(stride, rows);
      this.stamps.clear();
    }
    const bytes = this.image.data;
    const pixels = new Uint32Array(bytes.buffer);
    pixels.fill(0);
    const [left, top] = this.binding.pixels([0, 0]);
    const [right, below] = this.binding.pixels([1, 1]);
    const { xaxis, yaxis } = plot._fullLayout;
    const scale = [(right - left) * sharpness, (below - top) * sharpness];
    const origin = [(left - xaxis._offset) * sharpness + border, (top - yaxis._offset) * sharpness + border];
    for (const trace of traces) this.stamp(pixels, stride, rows, trace, scale, origin, sharpness);
    // A canvas wants its colours without the opacity.
    for (let at = 0; at < bytes.length; at += 4) {
      const opacity = bytes[at + 3];
      if (opacity === 0 || opacity === 255) continue;
      const factor = 255 / opacity;
      bytes[at] *= factor;
      bytes[at + 1] *= factor;
      bytes[at + 2] *= factor;
    }
    context.putImageData(this.image, -border, -border);
  }

  stamp(pixels, stride, rows, { x, y, marker }, scale, origin, sharpness) {
    const { side, shapes } = this.shapes(marker.size * sharpness, marker.opacity, stride);
    const colour = parseInt(marker.color.slice(1), 16);
    const redAndBlue = (colour >> 16) | ((colour & 0xff) << 16);
    const greenAndOpacity = ((colour >> 8) & 0xff) | 0xff0000;
    const [firstX, firstY] = [origin[0] - side / 2 + 0.5, origin[1] - side / 2 + 0.5];
    const [mostX, mostY] = [stride - side, rows - side];
    for (let i = 0; i < x.length; i += 1) {
      const across = firstX + x[i] * scale[0];
      const down = firstY + y[i] * scale[1];
      if (!(across >= 0 && across < mostX && down >= 0 && down < mostY)) continue;
      const column = across | 0;
      const row = down | 0;
      const step = (((down - row) * STEPS_A_PIXEL) | 0) * STEPS_A_PIXEL + (((across - column) * STEPS_A_PIXEL) | 0);
      const { places, weights } = shapes[step];
      const start = row * stride + column;
      for (let k = 0; k < places.length; k += 1) {
        const weight = weights[k];
        const rest = 256 - weight;
        const at = start + places[k];
        const old = pixels[at];
        const low = (Math.imul(old & 0xff00ff, rest) + Math.imul(redAndBlue, weight) + 0x800080) >>> 8;
        const high = Math.imul((old >>> 8) & 0xff00ff, rest) + Math.imul(greenAndOpacity, weight) + 0x800080;
        pixels[at] = (low & 0xff00ff) | (high & 0xff00ff00);
      }
    }
  }

  // A disc at each place within a pixel where it may lie: which pixels it covers, and how much of them in 256ths.
  shapes(size, opacity, stride) {
    const key = `${size} ${opacity}`;
    if (this.stamps.has(key)) return this.stamps.get(key);
    const side = Math.ceil(size) + 1;
    const shapes = [];
    for (let shape = 0; shape < STEPS_A_PIXEL ** 2; shape += 1) {
      const centre = [shape % STEPS_A_PIXEL, Math.floor(shape / STEPS_A_PIXEL)].map(
        (step) => side / 2 - 0.5 + (step + 0.5) / STEPS_A_PIXEL,
      );
      const covered = [];
      for (let row = 0; row < side; row += 1) {
        for (let column = 0; column < side; column += 1) {
          const inside = size / 2 + 0.5 - Math.hypot(column + 0.5 - centre[0], row + 0.5 - centre[1]);
          const weight = Math.round(256 * opacity * Math.min(Math.max(inside, 0), 1));
          if (weight > 4) covered.push([row * stride + column, weight]);
        }
      }
      shapes.push({
        places: Int32Array.from(covered, ([place]) => place),
        weights: Int32Array.from(covered, ([, weight]) => weight),
      });
    }
    this.stamps.set(key, { side, shapes });
    return this.stamps.get(key);
  }
}

const STEPS_A_PIXEL = 4; // places within a pixel that are told apart, in each direction: points move smoothly
