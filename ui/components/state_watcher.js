// Asks `data.address` every `data.seconds` for the state of what is shown, and ever more seldom, down to every
// `data.longest` seconds, while the answer is the same. Where its version is not `data.version`, or it is no state, as
// of a server that does not know this session, the fragment around is shown anew. The texts go behind the links in their
// containers.

const LONGEST_WAIT = 10_000; // milliseconds for an answer

const mark = (texts) => Object.entries(texts)
  .map(([key, text]) => `.st-key-${key} a p::after { content: ${JSON.stringify(text)}; }`)
  .join("\n");

async function ask(watcher) {
  const { data, style, showAnew } = watcher;
  const request = { headers: data.headers, cache: "no-store", signal: AbortSignal.timeout(LONGEST_WAIT) };
  // A server that is gone is none, which Streamlit says; one that takes too long may have to say why.
  const answer = await fetch(data.address, request).catch(({ name }) => (name === "TimeoutError" ? {} : null));
  const state = answer?.ok ? await answer.json().catch(() => null) : null;
  if (data !== watcher.data) return;
  const before = style.textContent;
  if (state?.version === data.version) style.textContent = mark(state.texts);
  else if (answer) showAnew();
  watcher.seconds = style.textContent === before ? Math.min(2 * watcher.seconds, data.longest) : data.seconds;
  askLater(watcher);
}

function askLater(watcher) {
  clearTimeout(watcher.timer);
  watcher.timer = setTimeout(ask, 1_000 * watcher.seconds, watcher);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const watcher = (parentElement.watcher ??= { style: parentElement.appendChild(document.createElement("style")) });
  Object.assign(watcher, { data, seconds: data.seconds, showAnew: () => setTriggerValue("changed", true) });
  watcher.style.textContent = mark(data.texts);
  askLater(watcher);
  return () => {
    clearTimeout(watcher.timer);
    watcher.data = undefined;
    watcher.style.remove();
    delete parentElement.watcher;
  };
}
