// data: { frames: [{ uri, label, caption, changed }], side, hint }
// A click on a frame is the trigger `pick` with its index. The elements stay and change their content: a strip is drawn
// anew at every click on the map, and making it from nothing costs the next frame its time.
export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector(".frames");
  list.style.setProperty("--side", `${data.side}px`);
  while (list.children.length > data.frames.length) list.lastElementChild.remove();
  while (list.children.length < data.frames.length) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const caption = document.createElement("span");
    button.type = "button";
    caption.className = "caption";
    button.append(document.createElement("img"), caption);
    item.append(button);
    list.append(item);
  }
  data.frames.forEach(({ uri, label, caption, changed }, index) => {
    const button = list.children[index].firstElementChild;
    const [image, words] = button.children;
    if (image.src !== uri) image.src = uri;
    image.alt = label;
    button.title = `${label}. ${data.hint}`;
    button.onclick = () => setTriggerValue("pick", index);
    button.classList.toggle("changed", changed);
    if (words.textContent !== caption) words.textContent = caption;
    words.hidden = !caption;
  });
}
