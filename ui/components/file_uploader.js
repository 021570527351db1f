// A pasted file goes the way of a chosen one: into the uploader, whose key is `data`.
export default function ({ data: key }) {
  const paste = (event) => {
    const [file] = event.clipboardData?.files ?? []
    const input = document.querySelector(`.st-key-${key} input[type=file]`)
    if (!file || !input) return
    event.preventDefault()
    const files = new DataTransfer()
    files.items.add(file)
    input.files = files.files
    input.dispatchEvent(new Event("change", { bubbles: true }))
  }
  document.addEventListener("paste", paste)
  return () => document.removeEventListener("paste", paste)
}
