// data: { entries: [{ name, colour }] }
export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".entries");
  list.replaceChildren(
    ...data.entries.map(({ name, colour }) => {
      const item = document.createElement("li");
      const dot = document.createElement("span");
      dot.className = "dot";
      dot.style.background = colour;
      item.append(dot, name);
      return item;
    })
  );
}
