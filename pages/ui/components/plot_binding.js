// Finds the Plotly chart that `selector` names, keeps to it when Streamlit draws it anew, and turns pixels into
// data and back. Shared by the components that lie over a chart; Python puts this text in front of theirs.
// Positions come from the public range of an axis and its length and offset on the screen, so that they hold
// during a drag, too, when Plotly has not yet redrawn.
class PlotBinding {
  constructor(selector, { bind = () => {}, unbind = () => {}, change = () => {} }) {
    this.selector = selector;
    this.callbacks = { bind, unbind };
    this.plot = null;
    this.changed = () => change();
    this.observer = new MutationObserver(() => this.look());
    this.observer.observe(document.body, { childList: true, subtree: true });
    window.addEventListener("resize", this.changed);
    this.look();
  }

  look() {
    if (this.plot && this.plot.isConnected && this.plot.matches(this.selector)) return;
    this.release();
    const found = document.querySelector(this.selector);
    const layout = found?._fullLayout;
    if (!(layout?.xaxis || layout?.scene) || typeof found.on !== "function") return;
    this.plot = found;
    for (const name of PlotBinding.EVENTS) found.on(name, this.changed);
    this.callbacks.bind(found);
    this.changed();
  }

  release() {
    if (!this.plot) return;
    const plot = this.plot;
    this.plot = null;
    for (const name of PlotBinding.EVENTS) plot.removeListener?.(name, this.changed);
    this.callbacks.unbind(plot);
  }

  destroy() {
    this.observer.disconnect();
    window.removeEventListener("resize", this.changed);
    this.release();
  }

  // The rectangle that the axes span, in pixels of the window.
  area() {
    const { xaxis, yaxis } = this.plot._fullLayout;
    const box = this.plot.getBoundingClientRect();
    return { left: box.left + xaxis._offset, top: box.top + yaxis._offset, width: xaxis._length, height: yaxis._length };
  }

  // Pixels of the window → [x, y] in data, or null outside the axes.
  toData(clientX, clientY) {
    const area = this.area();
    const u = (clientX - area.left) / area.width;
    const v = (clientY - area.top) / area.height;
    if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) return null;
    const { xaxis, yaxis } = this.plot._fullLayout;
    const x = xaxis.range[0] + u * (xaxis.range[1] - xaxis.range[0]);
    const y = yaxis.range[1] + v * (yaxis.range[0] - yaxis.range[1]);
    return [x, y];
  }

  // [x, y] in data → pixels from the chart's upper left corner, also outside the axes.
  pixels([x, y]) {
    const { xaxis, yaxis } = this.plot._fullLayout;
    const u = (x - xaxis.range[0]) / (xaxis.range[1] - xaxis.range[0]);
    const v = (y - yaxis.range[1]) / (yaxis.range[0] - yaxis.range[1]);
    return [xaxis._offset + u * xaxis._length, yaxis._offset + v * yaxis._length];
  }

  // The same, or null outside the axes.
  toPixels(place) {
    const { xaxis, yaxis } = this.plot._fullLayout;
    const [left, top] = this.pixels(place);
    const [right, below] = [left - xaxis._offset, top - yaxis._offset];
    return right >= 0 && right <= xaxis._length && below >= 0 && below <= yaxis._length ? [left, top] : null;
  }
}
PlotBinding.EVENTS = ["plotly_afterplot", "plotly_relayout", "plotly_relayouting"];
PlotBinding.PLACE = "aemodels-place"; // a place [x, y] was chosen on the chart
PlotBinding.LOOK = "aemodels-look"; // show the preview at [x, y] of the chart, or (null) nowhere
