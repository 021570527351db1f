// Digits with a grid of blocks laid over them and their feature rows; one block is highlighted in all.

const SVG = "http://www.w3.org/2000/svg";

function append(name, attributes, parent) {
  const node = document.createElementNS(name === "svg" ? SVG : parent.namespaceURI, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent.append(node);
  return node;
}

// As large as the block allows for the digits of the largest number, in pixels of the image.
const fitted = (width, height, largest) => Math.min(3, 0.75 * height, (1.6 * width) / String(largest).length);

function picture(item, { rows, columns, numbers }, largest, parent) {
  const svg = append("svg", { viewBox: "0 0 28 28", role: "img", "aria-label": item.name }, parent);
  append("image", { href: item.image, width: 28, height: 28, class: numbers ? "dim" : "" }, svg);
  const across = columns.length - 1;
  item.values.forEach((value, block) => {
    const row = Math.floor(block / across), column = block % across;
    const [x, y] = [columns[column], rows[row]];
    const [width, height] = [columns[column + 1] - x, rows[row + 1] - y];
    const cell = append("g", { "data-block": block }, svg);
    append("rect", { x, y, width, height }, cell);
    if (!numbers) return;
    const size = fitted(width, height, largest);
    append("text", { x: x + width / 2, y: y + height / 2, "font-size": size }, cell).textContent = value;
  });
}

function row(item, largest, readable, parent) {
  const strip = append("div", { class: readable ? "row readable" : "row" }, parent);
  item.values.forEach((value, block) => {
    const cell = append("span", { "data-block": block, style: `--share:${largest ? value / largest : 0}` }, strip);
    if (readable) cell.textContent = value;
  });
}

// Highlights one block everywhere and says what it holds: that under the pointer, or reached by the arrow keys.
function highlight(node, { columns, unit, items }) {
  const across = columns.length - 1, blocks = items[0].values.length, says = node.querySelector(".says");
  const quiet = says.textContent;
  let chosen;
  const choose = (block) => {
    chosen = block;
    node.querySelectorAll(`.on, [data-block="${block}"]`).forEach((cell) =>
      cell.classList.toggle("on", Number(cell.dataset.block) === block));
    if (block === undefined) return;
    const place = `Block ${block + 1}, row ${Math.floor(block / across) + 1}, column ${block % across + 1}`;
    const values = items.map(({ name, values }) => (items.length > 1 ? `${name}: ${values[block]}` : values[block]));
    says.textContent = `${place}: ${values.join(", ")} ${unit}.`;
  };
  const leave = () => {
    choose();
    says.textContent = quiet;
  };
  node.onpointerover = ({ target }) => {
    const block = target.closest?.("[data-block]")?.dataset.block;
    choose(block && Number(block));
  };
  node.onpointerleave = node.onblur = leave;
  node.onkeydown = (event) => {
    if (event.key === "Escape") leave();
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = chosen === undefined ? 0 : chosen + step;
    if (next >= 0 && next < blocks) choose(next);
  };
}

export default function ({ data, parentElement }) {
  const node = parentElement.querySelector(".block-grid"), drawn = JSON.stringify(data);
  if (node.drawn === drawn) return;
  node.drawn = drawn;
  node.replaceChildren();
  const largest = Math.max(...data.items.flatMap(({ values }) => values));
  // A small row has room for so many digits of numbers.
  const readable = data.size === "small"
    ? data.items[0].values.length * String(largest).length <= 50 && node.clientWidth > 450
    : data.numbers;
  for (const item of data.items) {
    const figure = append("figure", { class: data.size }, node);
    const left = append("div", { class: "picture" }, figure);
    picture(item, data, largest, left);
    append("figcaption", {}, left).textContent = item.name;
    if (data.row) row(item, largest, readable, figure);
  }
  append("p", { class: "says", "aria-live": "polite" }, node).textContent =
    "Point at a block, touch it, or use the arrow keys, to see where it is in the row.";
  highlight(node, data);
}
