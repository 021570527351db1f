// Asks `data.address` every `data.seconds` for the state of what is shown. Where its version is not `data.version`, or
// the answer is none, as of a server that does not know this session, the fragment around is shown anew. The texts go
// behind the links in their containers.

const LONGEST_WAIT = 10_000; // milliseconds for an answer

const mark = (texts) => Object.entries(texts)
  .map(([key, text]) => `.st-key-${key} a p::after { content: ${JSON.stringify(text)}; }`)
  .join("\n");

async function ask(watcher) {
  const { data, style, showAnew } = watcher;
  const request = { headers: data.headers, cache: "no-store", signal: AbortSignal.timeout(LONGEST_WAIT) };
  const answer = await fetch(data.address, request).catch(() => null); // the server is gone, which Streamlit says
  const state = answer?.ok ? await answer.json().catch(() => null) : null;
  if (data !== watcher.data) return;
  if (state?.version === data.version) style.textContent = mark(state.texts);
  else if (answer) showAnew();
  askLater(watcher);
}

function askLater(watcher) {
  clearTimeout(watcher.timer);
  watcher.timer = setTimeout(ask, 1_000 * watcher.data.seconds, watcher);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const watcher = (parentElement.watcher ??= { style: parentElement.appendChild(document.createElement("style")) });
  Object.assign(watcher, { data, showAnew: () => setTriggerValue("changed", true) });
  watcher.style.textContent = mark(data.texts);
  askLater(watcher);
  return () => {
    clearTimeout(watcher.timer);
    watcher.data = undefined;
    watcher.style.remove();
    delete parentElement.watcher;
  };
}
