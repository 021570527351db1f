// A change of the address within a page replaces the page's entry in the browser's history, so that Back leaves the page
// with one press. Streamlit adds an entry whenever `st.query_params` changes, and offers no choice.
export default function () {
  if (history.pushState.name === "addPage") return
  const push = history.pushState
  history.pushState = function addPage(state, title, url) {
    const samePage = new URL(url ?? "", location.href).pathname === location.pathname
    return (samePage ? history.replaceState : push).call(history, state, title, url)
  }
}
