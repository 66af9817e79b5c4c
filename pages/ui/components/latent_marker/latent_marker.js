// A dot that marks one place of the map. It lies over the chart, so that the figure itself need not change. A place
// that is chosen on the chart goes to Python as the trigger `click` with [x, y].
//
// data: { chart: key of the chart, place: null | [x, y], label: what a screen reader says }
class Marker {
  constructor() {
    this.chosen = (event) => this.send(event.detail);
    this.dot = document.createElement("div");
    this.dot.setAttribute("role", "img");
    Object.assign(this.dot.style, {
      position: "absolute", width: "9px", height: "9px", margin: "-6.5px 0 0 -6.5px", borderRadius: "50%",
      border: "2px solid", boxSizing: "content-box", pointerEvents: "none", zIndex: "5", display: "none",
    });
  }

  update({ data, parentElement, setTriggerValue }) {
    this.place = data.place;
    this.send = (place) => setTriggerValue("click", place);
    this.dot.setAttribute("aria-label", data.label);
    const style = getComputedStyle(parentElement.host ?? parentElement);
    this.dot.style.background = style.getPropertyValue("--st-primary-color");
    this.dot.style.borderColor = style.getPropertyValue("--st-background-color");
    if (data.chart !== this.chart) {
      this.chart = data.chart;
      this.binding?.destroy();
      this.binding = new PlotBinding(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`, {
        bind: (plot) => {
          plot.appendChild(this.dot);
          plot.addEventListener(PlotBinding.PLACE, this.chosen);
        },
        unbind: (plot) => {
          this.dot.remove();
          plot.removeEventListener(PlotBinding.PLACE, this.chosen);
        },
        change: () => this.move(),
      });
    }
    this.move();
  }

  move() {
    const plot = this.binding?.plot;
    if (!plot) return;
    if (this.dot.parentNode !== plot) plot.appendChild(this.dot);
    const at = this.place ? this.binding.toPixels(this.place) : null;
    this.dot.style.display = at ? "block" : "none";
    if (at) Object.assign(this.dot.style, { left: `${at[0]}px`, top: `${at[1]}px` });
  }

  destroy() {
    this.binding?.destroy();
    this.dot.remove();
  }
}

export default mounted(Marker);
