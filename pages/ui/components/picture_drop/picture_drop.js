// data: { card: key of the card that takes what is dropped }
// A file that is pasted or dropped goes to Python as the trigger `picture` with { name, uri }. Whether it is a picture is
// decided there; only its size is looked at here, because what is too large to be read need not travel.
const MOST = 40 * 2 ** 20; // bytes of a file
const ENOUGH = 8 * 2 ** 20; // a larger picture is made smaller before it is sent
const SIDE = 2000; // pixels of its longer side then

class Ears {
  constructor() {
    this.paste = (event) => this.pasted(event);
    this.over = (event) => this.hover(event);
    this.drop = (event) => this.dropped(event);
    document.addEventListener("paste", this.paste);
    document.addEventListener("dragover", this.over);
    document.addEventListener("drop", this.drop);
    document.addEventListener("dragleave", this.over);
  }

  update({ data, setTriggerValue }) {
    this.data = data;
    this.send = (value) => setTriggerValue("picture", value);
  }

  card() {
    return document.querySelector(`.st-key-${CSS.escape(this.data.card)}`);
  }

  pasted(event) {
    const field = event.composedPath().some((node) => node.matches?.("input:not([type=file]), textarea, [contenteditable=true]"));
    const file = [...(event.clipboardData?.files ?? [])][0];
    if (field || !file || !this.card()) return;
    event.preventDefault();
    this.read(file);
  }

  // Streamlit's own field for files keeps what is dropped on it.
  taken(event) {
    const path = event.composedPath();
    return path.includes(this.card()) && !path.some((node) => node.matches?.("[data-testid=stFileUploader]"));
  }

  hover(event) {
    const here = event.type === "dragover" && event.dataTransfer?.types.includes("Files") && this.taken(event);
    const card = this.card();
    if (card) card.style.outline = here ? "2px dashed var(--st-primary-color, #7c3aed)" : "";
    if (here) event.preventDefault();
  }

  dropped(event) {
    this.hover(event);
    const file = event.dataTransfer?.files[0];
    if (!file || !this.taken(event)) return;
    event.preventDefault();
    event.stopPropagation();
    this.read(file);
  }

  async read(file) {
    const name = file.name || "pasted picture";
    if (file.size > MOST) return this.send({ name, uri: "" });
    try {
      this.send({ name, uri: await asUri(file.size > ENOUGH ? await smaller(file) : file) });
    } catch {
      this.send({ name, uri: "" });
    }
  }

  destroy() {
    document.removeEventListener("paste", this.paste);
    document.removeEventListener("dragover", this.over);
    document.removeEventListener("drop", this.drop);
    document.removeEventListener("dragleave", this.over);
  }
}

function asUri(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

async function smaller(file) {
  const bitmap = await createImageBitmap(file);
  const factor = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * factor));
  canvas.height = Math.max(1, Math.round(bitmap.height * factor));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
}

export default mounted(Ears);
