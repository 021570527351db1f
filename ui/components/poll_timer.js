// Asks the page, every `seconds`, to run the fragment that this is in; not while the tab is hidden.
//
// The timer goes on until it is told otherwise, so that a request or an answer that was lost does no harm.

export default function ({ data, parentElement, setTriggerValue }) {
  const ask = () => {
    if (!document.hidden) setTriggerValue("due", Date.now());
  };
  parentElement.digitLabStop?.();
  const timer = setInterval(ask, 1000 * data.seconds);
  document.addEventListener("visibilitychange", ask);
  parentElement.digitLabStop = () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", ask);
  };
  return parentElement.digitLabStop;
}
