// data: { items: [{ uri, label }], current: number | null, undo: boolean }
// Sends the trigger `act` with { what: "go" | "remove" | "undo" | "clear", index: number | null }.
export default function ({ data, parentElement, setTriggerValue }) {
  const act = (what, index = null) => setTriggerValue("act", { what, index });
  const list = parentElement.querySelector(".items");
  const entry = ({ uri, label }, index) => {
    const item = document.createElement("li");
    const go = document.createElement("button");
    const image = document.createElement("img");
    const number = document.createElement("span");
    const remove = document.createElement("button");
    go.type = remove.type = "button";
    go.className = "go";
    go.title = `${label}. Click to decode it again.`;
    go.setAttribute("aria-current", String(index === data.current));
    go.addEventListener("click", () => act("go", index));
    image.alt = `Kept place ${index + 1}, ${label}`;
    if (uri) image.src = uri;
    number.className = "number";
    number.textContent = String(index + 1);
    number.ariaHidden = "true";
    remove.className = "remove";
    remove.textContent = "×";
    remove.title = `Remove kept place ${index + 1}`;
    remove.setAttribute("aria-label", remove.title);
    remove.addEventListener("click", () => act("remove", index));
    if (uri) go.append(image);
    else go.append(label); // a model of points draws none
    go.classList.toggle("words", !uri);
    item.append(go, number, remove);
    return item;
  };
  list.replaceChildren(...data.items.map(entry));
  const undo = parentElement.querySelector(".undo");
  const clear = parentElement.querySelector(".clear");
  undo.disabled = !data.undo;
  clear.disabled = data.items.length === 0;
  undo.onclick = () => act("undo");
  clear.onclick = () => act("clear");
}
