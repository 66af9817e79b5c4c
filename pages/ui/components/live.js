// What follows a moving hand: its newest state goes to Python and what comes back is put into the page, without a run of
// the script (`pages/ui/live.py`). At most AHEAD are on their way, so the server computes one while the browser draws the
// other; what changes meanwhile waits, and only its newest state is sent.
const AHEAD = 2;
const SHORTEST = 16; // milliseconds between two

class Follower {
  // `body()` gives the state as it is when it is sent.
  constructor(body) {
    this.body = body;
    this.number = this.shown = this.onTheWay = this.sentAt = 0;
  }

  // The state has changed. Without a token nobody follows.
  changed(token) {
    this.token = this.broken ? null : token;
    this.waiting = true;
    this.flush();
  }

  // The hand has stopped. A run says what there is now; this last answer is there a little sooner.
  finish() {
    this.waiting = false;
    this.shown = this.number;
    if (this.token) this.ask((this.number += 1));
  }

  // Whatever is still on its way comes too late.
  stop() {
    this.waiting = false;
    this.shown = this.number;
  }

  flush() {
    clearTimeout(this.timer);
    if (!this.waiting || !this.token || this.onTheWay >= AHEAD) return;
    const wait = SHORTEST - (performance.now() - this.sentAt);
    if (wait > 0) {
      this.timer = setTimeout(() => this.flush(), wait);
      return;
    }
    this.waiting = false;
    this.sentAt = performance.now();
    this.ask((this.number += 1));
  }

  async ask(number) {
    this.onTheWay += 1;
    try {
      const response = await fetch(beside(`live/${this.token}`), { method: "POST", body: this.body() });
      if (!response.ok) throw new Error(response.statusText);
      const found = await response.json();
      if (number > this.shown) {
        this.shown = number;
        show(found);
      }
    } catch {
      this.token = null; // not served here, or cut off: the end of the movement is answered as ever
      this.broken = true;
    } finally {
      this.onTheWay -= 1;
      this.flush();
    }
  }
}

// An address beside the pages, wherever they are served: Streamlit's own scripts lie two folders below.
function beside(path) {
  return new URL(`../../${path}`, document.querySelector('script[src*="/static/js/"]')?.src ?? `${location.origin}/a/b/c`);
}

// Images are changed in place; components hear what they are to show by the event `aemodels-live`.
function show({ images = {}, parts = {} }) {
  for (const [key, uri] of Object.entries(images)) {
    const image = document.querySelector(`.st-key-${CSS.escape(key)} img`);
    if (image && image.getAttribute("src") !== uri) image.setAttribute("src", uri);
  }
  if (Object.keys(parts).length) document.dispatchEvent(new CustomEvent("aemodels-live", { detail: parts }));
}
