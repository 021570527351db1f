// A scatter whose points show their images: on hover, on a tap, and with the arrow keys. plotly.js goes in front.

const SIDE = 84; // of a shown image, in pixels: three for each of its own
const GAP = 14; // between a point and its image
const FINGER = 24; // how far from a point a tap may be

// Plotly would take every touch, so that the page could not be scrolled over the chart: it gets none (see the style
// sheet), and the point is found here.

function begin(root) {
  const [plot, ring, tip] = root.children;
  const [image, caption] = tip.children;
  const parts = { plot, ring, tip, image, caption, chosen: -1 };
  image.style.width = image.style.height = `${SIDE}px`;
  root.onkeydown = (event) => {
    if (!parts.points) return; // not drawn yet
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") hide(parts);
    if (!step) return;
    event.preventDefault();
    const count = parts.points.length;
    choose(root, parts.points[(parts.chosen + (parts.chosen < 0 && step < 0 ? 0 : step) + count) % count]);
  };
  root.onblur = () => hide(parts);
  if (touch) root.onclick = ({ clientX, clientY }) => {
    if (!parts.points) return;
    const box = root.getBoundingClientRect();
    const near = nearest(parts, clientX - box.left, clientY - box.top);
    if (near) choose(root, near);
    else hide(parts);
  };
  return parts;
}

const hide = ({ ring, tip }) => { ring.hidden = tip.hidden = true; };

// Where a point is, in pixels of the node.
function place({ plot }, { x, y }) {
  const { xaxis, yaxis } = plot._fullLayout;
  return [xaxis._offset + xaxis.d2p(x), yaxis._offset + yaxis.d2p(y)];
}

function nearest(parts, x, y) {
  let best, least = FINGER;
  for (const point of parts.points) {
    const [left, top] = place(parts, point);
    const distance = Math.hypot(left - x, top - y);
    if (distance < least) [best, least] = [point, distance];
  }
  return best;
}

function choose(root, point) {
  const { ring, tip, image, caption, columns } = root.parts;
  const { index, text } = point;
  const [left, top] = place(root.parts, point);
  root.parts.chosen = index;
  image.style.backgroundPosition = `${-SIDE * (index % columns)}px ${-SIDE * Math.floor(index / columns)}px`;
  caption.textContent = text;
  ring.hidden = tip.hidden = false;
  ring.style.left = `${left}px`;
  ring.style.top = `${top}px`;
  const right = left + GAP + tip.offsetWidth <= root.clientWidth;
  tip.style.left = `${Math.max(0, right ? left + GAP : left - GAP - tip.offsetWidth)}px`;
  tip.style.top = `${Math.min(Math.max(0, top - tip.offsetHeight / 2), root.clientHeight - tip.offsetHeight)}px`;
}

// All points in the order of their images, as Plotly has read them.
const flat = (traces) => traces
  .flatMap(({ x, y, customdata, text }) => Array.from(x, (value, i) =>
    ({ x: value, y: y[i], index: customdata[i], text: text[i] })))
  .sort((one, other) => one.index - other.index);

export default async function ({ data, parentElement }) {
  const Plotly = await load(data.script);
  const root = parentElement.querySelector(".image-scatter");
  const first = !root.parts;
  const parts = (root.parts ??= begin(root));
  const theme = themeAround(parentElement), text = theme("text-color");
  if (parts.number === data.number && parts.text === text) return; // neither figure nor theme are new
  const { data: traces, layout } = JSON.parse(data.figure);
  const same = parts.number === data.number;
  Object.assign(parts, { number: data.number, text, columns: data.columns });
  if (!same) {
    hide(parts);
    parts.chosen = -1;
    parts.image.style.backgroundImage = `url(${data.sheet})`;
    parts.image.style.backgroundSize = `${SIDE * data.columns}px auto`;
    parts.plot.role = "img";
    parts.plot.setAttribute("aria-label", `${data.alt}. The arrow keys go from image to image.`);
  }
  for (const trace of traces) trace.marker.line.color = text; // dark colours stand out from a dark ground
  await Plotly.react(parts.plot, traces, { ...themed(layout, theme), uirevision: data.number }, CONFIG);
  parts.points = flat(parts.plot._fullData);
  if (!first) return;
  parts.plot.on("plotly_hover", ({ points: [{ customdata }] }) => choose(root, parts.points[customdata]));
  for (const event of ["unhover", "relayouting", "relayout"]) parts.plot.on(`plotly_${event}`, () => hide(parts));
}
