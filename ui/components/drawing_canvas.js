// A canvas for one drawing: white ink on black, by pointer events, so that mouse, pen and finger are one. The strokes are
// sent when the pen is lifted, and kept in the browser's tab, so that a reload and another page do not lose them.

const SIDE = 280; // pixels of the canvas, whatever its size on the screen
const STORED = "digit-lab-drawing";

function stored(pen) {
  try {
    const drawing = JSON.parse(sessionStorage.getItem(STORED));
    if (Array.isArray(drawing?.strokes)) return drawing;
  } catch { /* a drawing that is damaged or may not be read is ignored */ }
  return { strokes: [], pen };
}

function paint(canvas, { strokes, pen }) {
  const sharp = Math.max(1, window.devicePixelRatio || 1);
  if (canvas.width !== SIDE * sharp) canvas.width = canvas.height = SIDE * sharp;
  const context = canvas.getContext("2d");
  context.setTransform(sharp, 0, 0, sharp, 0, 0);
  context.fillStyle = "#000";
  context.fillRect(0, 0, SIDE, SIDE);
  context.strokeStyle = "#fff";
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = pen;
  for (const stroke of strokes) {
    context.beginPath();
    context.moveTo(...stroke[0]);
    for (const point of stroke) context.lineTo(...point);
    context.stroke();
  }
}

function place(canvas, event) {
  const box = canvas.getBoundingClientRect();
  const toPixels = (share) => Math.min(Math.max(Math.round(share * SIDE * 10) / 10, 0), SIDE);
  return [toPixels((event.clientX - box.left) / box.width), toPixels((event.clientY - box.top) / box.height)];
}

function begin(root, data) {
  const canvas = root.querySelector("canvas");
  const [undo, clear] = root.querySelectorAll("button");
  const width = root.querySelector("input");
  const drawing = stored(data.pen);
  let pointer = null;

  const show = () => {
    paint(canvas, drawing);
    undo.disabled = clear.disabled = !drawing.strokes.length;
    width.value = drawing.pen;
  };
  const change = () => {
    show();
    try {
      sessionStorage.setItem(STORED, JSON.stringify(drawing));
    } catch { /* the storage is full or forbidden; the page still has the drawing */ }
    root.send({ strokes: drawing.strokes, pen: drawing.pen });
  };

  canvas.onpointerdown = (event) => {
    if (pointer !== null || event.button > 0) return;
    event.preventDefault();
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    drawing.strokes.push([place(canvas, event)]);
    show();
  };
  canvas.onpointermove = (event) => {
    if (event.pointerId !== pointer) return;
    // A fast hand makes several moves between two frames.
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const move of moves.length ? moves : [event]) drawing.strokes.at(-1).push(place(canvas, move));
    show();
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    change();
  };
  // They also end a stroke in progress.
  undo.onclick = () => { pointer = null; drawing.strokes.pop(); change(); };
  clear.onclick = () => { pointer = null; drawing.strokes.length = 0; change(); };
  width.oninput = () => { drawing.pen = Number(width.value); show(); };
  width.onchange = change;

  show();
  if (drawing.strokes.length || drawing.pen !== data.pen) change();
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".digit-canvas");
  root.send = (drawing) => setStateValue("drawing", drawing);
  if (root.begun) return;
  root.begun = true;
  begin(root, data);
}
