// Plotly charts that stay: points are added to them as they arrive, zoom and hidden curves are kept.
//
// A chart's message holds its number and the points since the message before; the first ones of a figure hold the figure
// and all its points. Where a message was missed, or the node is new, the page is asked for the figures. plotly.js goes in
// front.

const MAX_POINTS = 3000; // of a curve, before it is thinned
const KEPT_INTERVALS = 500; // of each, the lowest and the highest point are kept

function keepExtremes({ x, y }) {
  const keep = [];
  for (let i = 0; i < KEPT_INTERVALS; i++) {
    const [start, end] = [i, i + 1].map((edge) => Math.floor((edge * y.length) / KEPT_INTERVALS));
    let low = start, high = start;
    for (let j = start; j < end; j++) {
      if (y[j] < y[low]) low = j;
      if (y[j] > y[high]) high = j;
    }
    keep.push(...new Set([Math.min(low, high), Math.max(low, high)]));
  }
  return { x: keep.map((j) => x[j]), y: keep.map((j) => y[j]) };
}

function add(trace, { x, y }) {
  const last = trace.x?.at(-1) ?? -Infinity;
  const start = x.findIndex((value) => value > last);
  if (start < 0) return trace;
  const whole = { x: [...(trace.x ?? []), ...x.slice(start)], y: [...(trace.y ?? []), ...y.slice(start)] };
  return { ...trace, ...(whole.y.length > MAX_POINTS ? keepExtremes(whole) : whole) };
}

function highlight(Plotly, node) {
  const fade = (chosen) => Plotly.restyle(node, {
    opacity: node.digitLab.traces.map(({ opacity }, curve) =>
      chosen === undefined ? opacity : curve === chosen ? 1 : 0.15),
  });
  node.on("plotly_hover", ({ points }) => fade(points[0].curveNumber));
  node.on("plotly_unhover", () => fade());
}

// A run is opened by a press on one of its points.
function sayWhatIsPressed(node) {
  node.on("plotly_click", ({ points: [{ customdata, data }] }) => {
    const run = (customdata ?? data.meta)?.[0];
    if (run !== undefined) node.digitLab.press(run);
  });
}

function nodeOf(box, chart) {
  const node = [...box.children].find((child) => child.dataset.chart === chart.name)
    ?? box.appendChild(document.createElement("div"));
  node.dataset.chart = chart.name;
  node.classList.toggle("wide", chart.wide);
  node.style.minHeight = `${chart.height}px`;
  return node;
}

// Draws what a message holds; returns false where an earlier one was missed.
async function draw(Plotly, node, data, theme, press) {
  const before = node.digitLab;
  if (data.figure && before?.begun !== data.begun) {
    const { data: traces, layout } = JSON.parse(data.figure);
    node.digitLab = { traces, layout, begun: data.begun };
  } else if (!data.figure && (before?.begun !== data.begun || data.number > before.number + 1)) {
    return false;
  }
  const state = node.digitLab, text = theme("text-color");
  state.press = press;
  if (state.number === data.number && state.text === text) return true; // neither points nor theme are new
  state.text = text;
  if (state.number !== data.number) {
    state.traces = state.traces.map((trace, i) => (data.points[i]?.x.length ? add(trace, data.points[i]) : trace));
    state.layout = {
      ...state.layout, ...data.layout, xaxis: { ...state.layout.xaxis, ...data.layout.xaxis },
      uirevision: data.revision, datarevision: data.number,
    };
    state.number = data.number;
  }
  const inText = (line) => ({ ...line, color: text, width: 1 });
  const shapes = (state.layout.shapes ?? []).map((shape) => ({ ...shape, line: inText(shape.line) }));
  const [x, y] = [state.layout.xaxis, state.layout.yaxis].map(({ title }) => title.text);
  node.role = "img";
  node.setAttribute("aria-label", data.alt || `${y} over ${x.toLowerCase()}`);
  await Plotly.react(node, state.traces, { ...themed(state.layout, theme), shapes }, CONFIG);
  if (!before) sayWhatIsPressed(node);
  if (data.highlight && !before) highlight(Plotly, node);
  return true;
}

export default async function ({ data, parentElement, setTriggerValue }) {
  const { charts, script } = JSON.parse(new TextDecoder().decode(data));
  const Plotly = await load(script);
  const box = parentElement.querySelector("div"), theme = themeAround(parentElement);
  const press = (run) => setTriggerValue("pressed", run);
  const drawn = charts.map((chart) => draw(Plotly, nodeOf(box, chart), chart, theme, press));
  if ((await Promise.all(drawn)).includes(false)) setTriggerValue("missed", Date.now());
}
