// A change of the address within a page replaces the page's entry in the browser's history, so that Back leaves the page
// with one press. Streamlit adds an entry whenever `st.query_params` changes, and offers no choice.
// What a page writes after Back has left it would go into the address of the page before: it is left out. Which page
// writes is known by the title, which each page sets first. `data.titles` are the titles by the last part of the path.
export default function ({ data }) {
  if (history.pushState.name === "write") return
  const { pushState, replaceState } = history
  const writing = (toAnotherPage) =>
    function write(state, unused, url) {
      const { pathname } = new URL(url ?? "", location.href)
      if (pathname !== location.pathname) return toAnotherPage.call(history, state, unused, url)
      if (document.title !== (data.titles[pathname.split("/").at(-1)] ?? document.title)) return
      replaceState.call(history, state, unused, url)
    }
  history.pushState = writing(pushState)
  history.replaceState = writing(replaceState)
}
