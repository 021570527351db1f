// `data.person` says who is logged in; it is empty on the page that asks to log in. What is kept is the last person in
// this tab, the address that this page stands in place of, and whether a login was begun from it.
const KEY = "digit-lab-login"

const kept = () => JSON.parse(sessionStorage.getItem(KEY) ?? "{}")
const keep = (values) => sessionStorage.setItem(KEY, JSON.stringify(values))

function begin({ target }) {
  if (target.closest(".st-key-log-in")) keep({ ...kept(), begun: true })
}

export default function ({ data: { person }, setStateValue }) {
  const { person: last, address, begun } = kept()
  const returned = begun && location.pathname.endsWith("/") && !location.search // to Home, where Streamlit's login leads
  if (person) {
    if (person !== last) sessionStorage.clear()
    keep({ person })
    if (returned && address !== location.href && address.startsWith(`${location.origin}/`)) location.replace(address)
    return
  }
  document.addEventListener("click", begin)
  if (returned) setStateValue("returned", true)
  else if (!begun || address !== location.href) keep({ person: last, address: location.href })
  return () => document.removeEventListener("click", begin)
}
