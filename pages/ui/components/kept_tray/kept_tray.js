// data: { items: [{ uri, label, name }], current: number | null, undo: boolean }
// Sends the trigger `act` with { what: "go" | "remove" | "name" | "undo" | "clear", index: number | null, name: text }.
export default function ({ data, parentElement, setTriggerValue }) {
  const act = (what, index = null, name = "") => setTriggerValue("act", { what, index, name });
  // The elements stay and change their content: the tray is drawn anew at every click on the map.
  const list = parentElement.querySelector(".items");
  while (list.children.length > data.items.length) list.lastElementChild.remove();
  while (list.children.length < data.items.length) list.append(entry());
  data.items.forEach(({ uri, label, name }, index) => {
    const [go, number, remove, title] = list.children[index].children;
    const [image, words] = go.children;
    go.title = `${name ? `${name}, ` : ""}${label}. Click to decode it again.`;
    go.setAttribute("aria-current", String(index === data.current));
    go.onclick = () => act("go", index);
    go.classList.toggle("words", !uri); // a model of points draws none
    image.hidden = !uri;
    image.alt = `Kept place ${index + 1}${name ? `, ${name}` : ""}, ${label}`;
    if (uri && image.src !== uri) image.src = uri;
    words.textContent = uri ? "" : label;
    number.textContent = String(index + 1);
    remove.title = `Remove kept place ${index + 1}`;
    remove.setAttribute("aria-label", remove.title);
    remove.onclick = () => act("remove", index);
    title.textContent = name;
  });
  const called = parentElement.querySelector("input.called");
  const { current } = data;
  called.disabled = current === null;
  called.title = current === null ? "Click a kept place to name it." : `The name of kept place ${current + 1}.`;
  // What is being typed is not written over.
  if (called.getRootNode().activeElement !== called) called.value = data.items[current]?.name ?? "";
  called.onchange = () => { if (current !== null) act("name", current, called.value); };
  const undo = parentElement.querySelector(".undo");
  const clear = parentElement.querySelector(".clear");
  undo.disabled = !data.undo;
  clear.disabled = data.items.length === 0;
  undo.onclick = () => act("undo");
  clear.onclick = () => act("clear");
}

function entry() {
  const item = document.createElement("li");
  const [go, remove] = [document.createElement("button"), document.createElement("button")];
  const [number, title, words] = [1, 2, 3].map(() => document.createElement("span"));
  go.type = remove.type = "button";
  go.className = "go";
  go.append(document.createElement("img"), words);
  number.className = "number";
  number.ariaHidden = "true";
  remove.className = "remove";
  remove.textContent = "×";
  title.className = "called";
  item.append(go, number, remove, title);
  return item;
}
