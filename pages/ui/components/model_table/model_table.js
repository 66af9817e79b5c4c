// data: { key, label, pictures: [head], columns: [{ key, title, help, rising }], first: key,
//         rows: [{ id, title, remark, pick, picked, pictures: [{ uri, alt }], values: { key: { sort, text, best } } }] }
// A click on a name is the trigger `pick` with the row's id; a click on a head sorts, here and at once. While somebody
// draws, other rows come by the event `aemodels-live` (live.js), many times a second: the elements stay and change their
// content.
const NAME = { key: "", title: "Model", help: "Click a name to use that model on all pages.", rising: true };

class Table {
  constructor({ parentElement }) {
    this.frame = parentElement.querySelector(".frame");
    this.head = this.frame.querySelector("thead tr");
    this.body = this.frame.querySelector("tbody");
    this.hear = ({ detail }) => this.fill(detail[this.data.key]?.rows);
    document.addEventListener("aemodels-live", this.hear);
  }

  update({ data, setTriggerValue }) {
    this.data = data;
    this.pick = (id) => setTriggerValue("pick", id);
    this.frame.setAttribute("aria-label", data.label);
    if (!data.columns.some(({ key }) => key === this.sorting?.key) && this.sorting?.key !== NAME.key) {
      const { key, rising } = data.columns.find((column) => column.key === data.first);
      this.sorting = { key, rising };
    }
    this.fill(data.rows);
  }

  // A row keeps its element as long as the same rows are shown: what has the focus keeps it.
  fill(rows) {
    if (!rows) return;
    const { body } = this;
    this.rows = rows;
    fit(body, rows.length, () => line());
    const known = new Map([...body.children].map((row) => [row.dataset.id, row]));
    const free = [...body.children].filter((row) => !rows.some(({ id }) => id === row.dataset.id));
    for (const row of rows) {
      const element = known.get(row.id) ?? free.pop();
      element.dataset.id = row.id;
      fillRow(element, row, this.data, () => this.pick(row.id));
    }
    this.arrange();
  }

  arrange() {
    const heads = [NAME, ...this.data.pictures.map((title) => ({ title })), ...this.data.columns];
    fit(this.head, heads.length, () => cell("th", "columnheader"));
    heads.forEach((column, place) => fillHead(this.head.children[place], column, this.sorting, () => {
      const again = this.sorting.key === column.key;
      this.sorting = { key: column.key, rising: again ? !this.sorting.rising : column.rising };
      this.arrange();
    }));
    order(this.body, sorted(this.rows, this.sorting));
  }

  destroy() {
    document.removeEventListener("aemodels-live", this.hear);
  }
}

// What is not known comes last, whichever way the rest is sorted.
function sorted(rows, { key, rising }) {
  const value = (row) => (key === NAME.key ? row.title : row.values[key].sort);
  return rows.toSorted((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === null || b === null) return (a === null) - (b === null);
    return (a < b ? -1 : a > b ? 1 : 0) * (rising ? 1 : -1);
  });
}

function order(body, rows) {
  const focus = body.getRootNode().activeElement;
  const elements = new Map([...body.children].map((row) => [row.dataset.id, row]));
  rows.forEach(({ id }, place) => {
    const element = elements.get(id);
    if (body.children[place] !== element) body.insertBefore(element, body.children[place]);
  });
  if (focus && body.contains(focus)) focus.focus({ preventScroll: true }); // a row that is moved loses it
}

function fillHead(element, { key, title, help }, sorting, sort) {
  const [button, words] = element.children;
  const sortable = key !== undefined;
  button.hidden = !sortable;
  words.hidden = sortable;
  element.classList.toggle("picture", !sortable);
  element.classList.toggle("name", key === NAME.key);
  if (!sortable) {
    element.removeAttribute("aria-sort");
    say(words, title);
    return;
  }
  const now = sorting.key === key;
  element.setAttribute("aria-sort", now ? (sorting.rising ? "ascending" : "descending") : "none");
  button.title = help;
  button.onclick = sort;
  say(button.firstElementChild, title);
  say(button.lastElementChild, now ? (sorting.rising ? "▲" : "▼") : "");
}

function fillRow(element, row, data, pick) {
  const [name, ...cells] = [element.firstElementChild, ...fit(element, 1 + data.pictures.length + data.columns.length,
    () => cell("td", "cell")).slice(1)];
  const [button, plain, remark] = name.children;
  button.hidden = !row.pick;
  plain.hidden = row.pick;
  say(row.pick ? button : plain, row.title);
  button.title = row.picked ? `All pages use ${row.title}.` : `Use ${row.title} on all pages.`;
  button.setAttribute("aria-pressed", String(row.picked));
  button.onclick = pick;
  say(remark, row.remark);
  element.classList.toggle("picked", row.picked);
  cells.forEach((element, place) => {
    const picture = row.pictures[place];
    const column = data.columns[place - data.pictures.length];
    const [image, words] = element.children;
    element.className = column ? "figure" : "picture";
    image.hidden = !!column;
    words.hidden = !column;
    if (!column) {
      if (image.getAttribute("src") !== picture.uri) image.src = picture.uri;
      image.alt = picture.alt;
      image.style.visibility = picture.uri ? "" : "hidden";
      element.dataset.head = data.pictures[place];
      return;
    }
    const { text, best } = row.values[column.key];
    element.dataset.head = column.title;
    element.classList.toggle("best", best);
    element.title = best ? "The best of this column." : "";
    say(words, text);
  });
}

const say = (element, text) => { if (element.textContent !== text) element.textContent = text; };

// As many children as are wanted; what is there already stays.
function fit(parent, count, make) {
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(make());
  return [...parent.children];
}

function cell(tag, role) {
  const element = document.createElement(tag);
  element.setAttribute("role", role);
  const span = document.createElement("span");
  if (tag === "td") {
    element.append(document.createElement("img"), span);
    return element;
  }
  const button = document.createElement("button");
  button.type = "button";
  element.append(button, span);
  if (role === "columnheader") {
    element.scope = "col";
    const arrow = document.createElement("span");
    arrow.className = "arrow";
    arrow.ariaHidden = "true"; // aria-sort says it
    button.append(document.createElement("span"), arrow);
  } else {
    element.scope = "row";
    const remark = document.createElement("span");
    remark.className = "remark";
    element.append(remark);
  }
  return element;
}

function line() {
  const row = document.createElement("tr");
  row.setAttribute("role", "row");
  row.append(cell("th", "rowheader"));
  return row;
}

export default mounted(Table);
