// The points of a Plotly chart without WebGL: where a browser has none, Plotly shows a grey box with a message. This
// takes the box away and draws the same traces on a plain canvas, below everything else in the chart.
class PlainPoints {
  constructor(binding) {
    this.binding = binding;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "plain-points";
    this.canvas.ariaHidden = "true"; // the chart's own description stays
    Object.assign(this.canvas.style, { position: "absolute", pointerEvents: "none" });
  }

  // Draw them, if Plotly could not; call it whenever the chart has changed.
  draw() {
    const plot = this.binding.plot;
    const messages = plot?.querySelectorAll(".no-webgl") ?? [];
    if (!messages.length) return;
    for (const message of messages) message.style.display = "none"; // one for each time that Plotly has tried
    if (this.canvas.parentNode !== plot) plot.prepend(this.canvas);
    const { xaxis, yaxis } = plot._fullLayout;
    const [width, height] = [Math.round(xaxis._length), Math.round(yaxis._length)];
    const sharpness = window.devicePixelRatio || 1;
    Object.assign(this.canvas, { width: width * sharpness, height: height * sharpness });
    Object.assign(this.canvas.style, {
      left: `${xaxis._offset}px`, top: `${yaxis._offset}px`, width: `${width}px`, height: `${height}px`,
    });
    const context = this.canvas.getContext("2d");
    context.scale(sharpness, sharpness);
    for (const trace of plot._fullData) {
      if (trace.visible !== true || !trace.x?.length) continue;
      context.fillStyle = trace.marker.color;
      context.globalAlpha = trace.marker.opacity;
      const radius = trace.marker.size / 2;
      for (let i = 0; i < trace.x.length; i += 1) {
        const [x, y] = this.binding.pixels([trace.x[i], trace.y[i]]);
        context.fillRect(x - xaxis._offset - radius, y - yaxis._offset - radius, 2 * radius, 2 * radius);
      }
    }
  }

  remove() {
    this.canvas.remove();
  }
}
