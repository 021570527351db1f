// Stands beside streamlit-drawable-canvas. It leans on the package's Update button and toolbar: without the button a
// drawing is read 0.2 s later, without the toolbar there is nothing to hide.

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

// While a press of Undo or Clear is on its way, what the pen does is held back: when the package draws what is left, it
// forgets a stroke that has begun.
const LONGEST_HOLD = 3000;

function holdStrokes(canvas, companion, inside) {
  const held = [], options = { capture: true, signal: companion.signal };
  let timer;
  const hold = (event) => {
    if (event.type === "click" && !event.target.closest(".st-key-canvas-controls")) return;
    const begins = ["mousedown", "touchstart"].includes(event.type) && event.composedPath().includes(inside());
    if (!companion.waits || !(begins || held.length)) return;
    timer ??= setTimeout(companion.release, LONGEST_HOLD); // the server may be gone
    event.stopImmediatePropagation();
    if (event.touches) event.preventDefault(); // or the browser would make mouse events of it
    held.push([event.composedPath()[0], event]);
  };
  companion.release = () => {
    companion.waits = false;
    clearTimeout(timer);
    timer = undefined;
    for (const [target, event] of held.splice(0)) target.dispatchEvent(copy(event));
  };
  ["mousedown", "mousemove", "mouseup", "click"].forEach((type) => window.addEventListener(type, hold, options));
  ["touchstart", "touchmove", "touchend"].forEach((type) => {
    canvas.addEventListener(type, hold, { ...options, passive: false });
  });
}

function copy(event) {
  if (!event.touches) return new MouseEvent(event.type, event);
  const touches = { touches: [...event.touches], changedTouches: [...event.changedTouches] };
  return new TouchEvent(event.type, { bubbles: true, cancelable: true, composed: true, ...touches });
}

function accompany(canvas) {
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

  holdStrokes(canvas, companion, inside);
  on(["mousedown", "touchstart"], (event) => { drawing ||= event.composedPath().includes(inside()); });
  // The package would draw on beyond the edge; the stroke goes along the edge, as in what is read.
  on(["mousemove", "touchmove"], (event) => {
    const square = drawing && inside()?.querySelector("canvas");
    if (!square) return;
    const pen = event.changedTouches?.[0] ?? event, box = square.getBoundingClientRect();
    const see = (of, name, value) => Object.defineProperty(of, name, { value });
    see(pen, "clientX", Math.min(Math.max(pen.clientX, box.left), box.right));
    see(pen, "clientY", Math.min(Math.max(pen.clientY, box.top), box.bottom));
    see(event, "target", square); // for the package adds what the target has scrolled
  });
  // A touch that the system takes away has ended, too; the package would wait for ever.
  on(["touchcancel"], ({ changedTouches, target }) => {
    const touches = { changedTouches: [...changedTouches], bubbles: true };
    if (drawing) target.dispatchEvent(new TouchEvent("touchend", touches));
  });
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
    const undo = !!button.closest(".st-key-canvas-undo");
    companion.press(undo ? "undo" : "clear");
    // Seen before the server has answered, when the package draws the same.
    const square = inside()?.querySelector(".dc-canvas.lower-canvas");
    if (!square || !companion.drawing) return;
    const { strokes: answered } = companion.drawing;
    if (undo && companion.unanswered > 1) return; // where they went is not known here yet
    const strokes = undo ? answered.slice(0, companion.unanswered ? undefined : -1) : [];
    companion.unanswered = 0;
    companion.drawing = { ...companion.drawing, strokes };
    paint(square, companion.drawing);
  });
  return companion;
}

export default function ({ data, setStateValue, setTriggerValue }) {
  const canvas = document.querySelector(".st-key-canvas");
  const companion = (canvas.companion ??= accompany(canvas));
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", data.label);
  const { session } = data, left = kept();
  if (companion.session !== session) {
    Object.assign(companion, { session, presses: Array(data.presses).fill("carried out before") });
  }
  companion.press = (press) => {
    companion.waits = true;
    companion.presses = [...companion.presses, press];
    setStateValue("pressed", { session, presses: companion.presses });
  };
  if (data.settled && data.presses === companion.presses.length) companion.release();
  if (data.drawing) {
    companion.drawing = data.drawing;
    companion.unanswered = 0;
  }
  if (left && left.session !== session && companion.restored !== session) {
    companion.restored = session;
    setTriggerValue("restored", { strokes: left.strokes, pen: left.pen });
  } else if (data.drawing) {
    keep({ ...data.drawing, session });
  }
  return () => {
    companion.abort();
    delete canvas.companion;
  };
}
