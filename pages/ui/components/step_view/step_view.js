// data: { steps: [{ uri, title, text }], first }
// Which step is shown is a matter of the browser: it stays while the pictures change under a growing stroke.
class Steps {
  update({ data, parentElement }) {
    this.steps = data.steps;
    this.place ??= data.first;
    this.root = parentElement;
    this.box ??= this.begin();
    this.show();
  }

  begin() {
    const box = this.root.querySelector(".steps");
    box.querySelector(".back").onclick = () => this.go(-1);
    box.querySelector(".on").onclick = () => this.go(1);
    box.querySelector(".back").setAttribute("aria-label", "The step before");
    box.querySelector(".on").setAttribute("aria-label", "The next step");
    box.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      this.go(step);
      event.preventDefault();
    });
    return box;
  }

  go(step) {
    this.place = (this.now() + step + this.steps.length) % this.steps.length;
    this.show();
  }

  now() {
    return Math.min(this.place, this.steps.length - 1);
  }

  show() {
    const { uri, title, text } = this.steps[this.now()];
    const image = this.box.querySelector("img");
    if (image.src !== uri) image.src = uri;
    image.alt = `Step ${this.now() + 1} of ${this.steps.length}: ${title}. ${text}`;
    this.box.querySelector(".title").textContent = `${this.now() + 1}. ${title}`;
    this.box.querySelector(".text").textContent = text;
  }

  destroy() {}
}

export default mounted(Steps);
