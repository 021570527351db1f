// Asks `data.address` every `data.seconds` for the state of what is shown, and the page to show it anew where its version
// is not `data.version`, or the server does not know this session. The texts go behind the links in their containers.

const MARK = (texts) => Object.entries(texts)
  .map(([key, text]) => `.st-key-${key} a p::after { content: ${JSON.stringify(text)}; }`)
  .join("\n")

async function ask(watcher) {
  const { data, style, runAgain } = watcher
  try {
    const answer = await fetch(data.address, { headers: data.headers, cache: "no-store" })
    const state = answer.ok ? await answer.json() : null
    if (data !== watcher.data) return
    if (state?.version === data.version) style.textContent = MARK(state.texts)
    else runAgain()
  } catch { /* the server is gone, which Streamlit says */ }
  if (data === watcher.data) askLater(watcher)
}

function askLater(watcher) {
  clearTimeout(watcher.timer)
  watcher.timer = setTimeout(ask, 1_000 * watcher.data.seconds, watcher)
}

export default function ({ data, parentElement, setTriggerValue }) {
  const watcher = (parentElement.watcher ??= { style: parentElement.appendChild(document.createElement("style")) })
  Object.assign(watcher, { data, runAgain: () => setTriggerValue("changed", true) })
  watcher.style.textContent = MARK(data.texts)
  askLater(watcher)
  return () => {
    clearTimeout(watcher.timer)
    watcher.data = undefined
    delete parentElement.watcher
  }
}
