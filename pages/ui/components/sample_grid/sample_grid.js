// data: { sheet, columns, heads: [text], cells: [{ label, colour, mark, unsure }], chosen: index | null }
// A click on a cell is the trigger `pick` with its index. One tab stop for the whole grid; arrow keys move within it.
export default function ({ data, parentElement, setTriggerValue }) {
  const grid = parentElement.querySelector(".grid");
  const { columns, cells, chosen } = data;
  grid.style.setProperty("--columns", columns);
  grid.style.setProperty("--sheet", `url("${data.sheet}")`);
  const heads = data.heads.map((text) => {
    const head = document.createElement("span");
    head.className = "head";
    head.textContent = head.title = text;
    return head;
  });
  grid.querySelectorAll(".head").forEach((head) => head.remove());
  grid.prepend(...heads);
  // The buttons stay and change their content, so that the focus is not lost at a click.
  const buttons = [...grid.querySelectorAll("button")];
  while (buttons.length > cells.length) buttons.pop().remove();
  while (buttons.length < cells.length) {
    const button = document.createElement("button");
    const mark = document.createElement("span");
    button.type = "button";
    mark.className = "mark";
    button.append(mark);
    grid.append(button);
    buttons.push(button);
  }
  cells.forEach(({ label, colour, mark, unsure }, index) => {
    const button = buttons[index];
    button.style.setProperty("--colour", colour);
    button.style.setProperty("--column", index % columns);
    button.style.setProperty("--row", Math.floor(index / columns));
    button.classList.toggle("unsure", unsure);
    button.title = label;
    button.setAttribute("aria-label", label);
    button.setAttribute("aria-pressed", String(index === chosen));
    button.tabIndex = index === (chosen ?? 0) ? 0 : -1;
    button.firstElementChild.textContent = mark;
    button.firstElementChild.hidden = !mark;
    button.onclick = () => setTriggerValue("pick", index);
  });
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  grid.onkeydown = (event) => {
    const from = buttons.indexOf(event.target);
    const to = buttons[from + steps[event.key]];
    if (from < 0 || !(event.key in steps)) return;
    event.preventDefault();
    if (!to) return;
    event.target.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  };
}
