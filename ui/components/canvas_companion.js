// Stands beside streamlit-drawable-canvas. It leans on the package's Update button and toolbar: without the button a
// drawing is read 0.2 s later, without the toolbar there is nothing to hide. Undo and Clear are heard here alone.

const KEPT = "digit-lab-drawing";

function keep(drawing) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(drawing));
  } catch { /* the storage is full or forbidden; the session still has the drawing */ }
}

function kept() {
  try {
    const drawing = JSON.parse(sessionStorage.getItem(KEPT));
    const placed = (point) => point.length === 2 && point.every(Number.isFinite);
    if (Number.isFinite(drawing.pen) && drawing.strokes.every((stroke) => stroke.length && stroke.every(placed))) {
      return drawing;
    }
  } catch { /* a drawing that is damaged or may not be read is ignored */ }
  return null;
}

function paint(canvas, { strokes, pen }) {
  const context = canvas.getContext("2d");
  const look = { fillStyle: "#000", strokeStyle: "#fff", lineWidth: pen, lineCap: "round", lineJoin: "round" };
  Object.assign(context, look).fillRect(0, 0, canvas.width, canvas.height);
  for (const stroke of strokes) {
    context.beginPath();
    context.moveTo(...stroke[0]);
    for (const point of stroke) context.lineTo(...point);
    context.stroke();
  }
}

// The toolbar is not seen before a mouse is over the canvas, but takes what a finger begins in the top right corner.
const noToolbar = new CSSStyleSheet();
noToolbar.replaceSync(".dc-toolbar { display: none !important; }");

// Has whoever reads a property of an event find another value there.
const see = (of, name, value) => Object.defineProperty(of, name, { value, configurable: true });

// While the canvas is about to be drawn anew, what the pen does is held back: the package forgets a stroke that has
// begun when it draws, which it has done so many milliseconds after it was told to. Held for as many as that, the pen
// goes on as if the server were gone.
const DRAWING = 100, LONGEST_HOLD = 10_000;

function holdPen(canvas, inside, settled, signal) {
  const held = [];
  let down = false, gaveUp = false, timer;
  const release = () => {
    clearTimeout(timer);
    timer = undefined;
    down = false;
    held.splice(0).forEach((act) => act());
  };
  const giveUp = () => {
    gaveUp = true;
    release();
  };
  const hold = (event) => {
    const begins = ["mousedown", "touchstart"].includes(event.type) && event.composedPath().includes(inside());
    if (gaveUp || !(down || (begins && (held.length || !settled())))) return;
    down = !["mouseup", "touchend"].includes(event.type) || event.touches?.length > 0;
    timer ??= setTimeout(giveUp, LONGEST_HOLD);
    event.stopImmediatePropagation();
    if (event.touches) event.preventDefault(); // or the browser would make mouse events of it
    const pen = event.changedTouches?.[0] ?? event, box = canvas.getBoundingClientRect();
    const x = pen.clientX - box.left, y = pen.clientY - box.top, target = event.composedPath()[0];
    held.push(() => {
      const again = new event.constructor(event.type, event), { left, top } = canvas.getBoundingClientRect();
      see(again.changedTouches?.[0] ?? again, "clientX", left + x);
      see(again.changedTouches?.[0] ?? again, "clientY", top + y);
      target.dispatchEvent(again);
    });
  };
  const capture = { capture: true, signal };
  ["mousedown", "mousemove", "mouseup"].forEach((type) => window.addEventListener(type, hold, capture));
  ["touchstart", "touchmove", "touchend"].forEach((type) => {
    canvas.addEventListener(type, hold, { ...capture, passive: false });
  });
  signal.addEventListener("abort", () => {
    held.length = 0;
    clearTimeout(timer);
  });
  const inTurn = (act) => (held.length ? held.push(() => inTurn(act)) : act());
  return {
    inTurn,
    releaseIfSettled: () => {
      gaveUp = false;
      if (settled()) release();
    },
  };
}

function accompany(canvas) {
  // `presses` are those of Undo and Clear of which the server has not said that they are carried out.
  const companion = Object.assign(new AbortController(), { unanswered: 0, presses: [] }), { signal } = companion;
  const inside = () => [...canvas.querySelectorAll("*")].find((node) => node.shadowRoot)?.shadowRoot;
  let drawing = false;
  const on = (types, act, capture = true) =>
    types.forEach((type) => window.addEventListener(type, act, { capture, signal }));

  const hideToolbar = () => {
    if (signal.aborted) return;
    if (inside()) inside().adoptedStyleSheets.push(noToolbar);
    else requestAnimationFrame(hideToolbar); // the package's code is still on its way
  };
  hideToolbar();

  const settled = () => {
    const { data, presses, restoring, redraws } = companion;
    const width = document.querySelector(".st-key-pen-width input")?.value ?? data.pen;
    return !presses.length && !restoring && !redraws && Number(width) === data.pen;
  };
  companion.held = holdPen(canvas, inside, settled, signal);
  on(["mousedown", "touchstart"], (event) => { drawing ||= event.composedPath().includes(inside()); });
  // The package would draw on beyond the edge; the stroke goes along the edge, as in what is read.
  on(["mousemove", "touchmove"], (event) => {
    const square = drawing && inside()?.querySelector("canvas");
    if (!square) return;
    const pen = event.changedTouches?.[0] ?? event, box = square.getBoundingClientRect();
    see(pen, "clientX", Math.min(Math.max(pen.clientX, box.left), box.right));
    see(pen, "clientY", Math.min(Math.max(pen.clientY, box.top), box.bottom));
    see(event, "target", square); // for the package adds what the target has scrolled
  });
  // A touch that the system takes away has ended, too; the package would wait for ever.
  on(["touchcancel"], (event) => { if (drawing) event.target.dispatchEvent(new TouchEvent("touchend", event)); });
  // After the package has taken the stroke over, which it would send 0.2 s later.
  on(["mouseup", "touchend"], ({ touches }) => {
    if (touches?.length) return; // of a finger that does not draw
    if (!drawing) return;
    drawing = false;
    companion.unanswered += 1;
    queueMicrotask(() => inside()?.querySelector("button[aria-label^=Update]")?.click());
  }, false);
  on(["click"], (event) => {
    const button = event.target.closest(".st-key-canvas-undo button:enabled, .st-key-canvas-clear button:enabled");
    if (!button) return;
    event.stopPropagation();
    companion.held.inTurn(() => press(button.closest(".st-key-canvas-undo") ? "undo" : "clear"));
  });
  const press = (name) => {
    companion.presses.push(name);
    companion.send();
    // Seen before the server has answered, when the package draws the same.
    const square = inside()?.querySelector(".dc-canvas.lower-canvas");
    if (!square || !companion.drawing) return;
    const undo = name === "undo", { strokes: answered } = companion.drawing;
    if (undo && companion.unanswered > 1) return; // where they went is not known here yet
    const strokes = undo ? answered.slice(0, companion.unanswered ? undefined : -1) : [];
    companion.unanswered = 0;
    companion.drawing = { ...companion.drawing, strokes };
    paint(square, companion.drawing);
  };
  return companion;
}

export default function ({ data, setStateValue, setTriggerValue }) {
  const canvas = document.querySelector(".st-key-canvas");
  const companion = (canvas.companion ??= accompany(canvas));
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", data.label);
  const { session, carried_out: first } = data, left = kept();
  const before = companion.data?.session === session ? companion.data.carried_out : -Infinity;
  const presses = companion.presses.slice(first - before);
  companion.send = () => setStateValue("pressed", { session, first, presses: [...presses] });
  Object.assign(companion, { data, presses });
  if (data.drawing && !presses.length) {
    companion.drawing = data.drawing;
    companion.unanswered = 0;
  }
  companion.restoring &&= !data.drawing;
  if (left && left.session !== session && companion.restored !== session) {
    Object.assign(companion, { restored: session, restoring: true });
    setTriggerValue("restored", { strokes: left.strokes, pen: left.pen });
  } else if (data.drawing) {
    keep({ ...data.drawing, session });
  }
  if (companion.version !== data.version) {
    companion.version = data.version;
    clearTimeout(companion.redraws);
    companion.redraws = setTimeout(() => {
      companion.redraws = undefined;
      companion.held.releaseIfSettled();
    }, DRAWING);
  }
  companion.held.releaseIfSettled();
  return () => {
    companion.abort();
    delete canvas.companion;
  };
}
