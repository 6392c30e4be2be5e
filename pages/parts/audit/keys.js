// Hears the keys that label a pair and tells the server: each with a number that grows and the item that was
// on screen. A press is told again with the next one until the server has heard it, so that none gets lost
// when several arrive at once, and their order is known. Arrow and page keys scroll the texts, which are as
// high as the window leaves room for above the fields.

const hearers = new WeakMap()

export default function (component) {
  const { data, parentElement } = component
  let hearer = hearers.get(parentElement)
  if (!hearer) {
    hearer = { pending: [], last: 0 }
    hearer.hear = (event) => hear(hearer, event)
    hearer.fit = () => fit(hearer)
    hearer.sizes = new ResizeObserver(() => requestAnimationFrame(hearer.fit))
    document.addEventListener("keydown", hearer.hear)
    document.addEventListener("keydown", leaveField, true)
    document.addEventListener("click", leaveChosen, true)
    window.addEventListener("resize", hearer.fit)
    hearers.set(parentElement, hearer)
  }
  hearer.tell = component.setTriggerValue
  hearer.keys = new Set(data.keys)
  hearer.texts = `.${data.texts}`
  hearer.fields = `.${data.fields}`
  hearer.pending = hearer.pending.filter((press) => press.number > data.heard)
  if (hearer.item !== undefined && hearer.item !== data.item) toTop(hearer)
  hearer.item = data.item
  // What stands around may be drawn later than this.
  for (const later of [0, 100, 400]) setTimeout(hearer.fit, later)
  return () => {
    document.removeEventListener("keydown", hearer.hear)
    document.removeEventListener("keydown", leaveField, true)
    document.removeEventListener("click", leaveChosen, true)
    window.removeEventListener("resize", hearer.fit)
    hearer.sizes.disconnect()
    hearers.delete(parentElement)
  }
}

const textsOf = (hearer) => document.querySelector(hearer.texts)
const page = () => document.querySelector('[data-testid="stMain"]')

function toTop(hearer) {
  textsOf(hearer)?.scrollTo({ top: 0 })
  if (narrow()) page()?.scrollTo({ top: 0 })
}

function hear(hearer, event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (typing(event.target)) return
  if (scroll(hearer, event)) return
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (!hearer.keys.has(key) || (key === "Enter" && chosenByKey(event.target))) return
  event.preventDefault()
  if (event.repeat) return
  hearer.last = Math.max(Date.now(), hearer.last + 1)
  hearer.pending.push({ number: hearer.last, item: onScreen(hearer), key })
  hearer.tell("pressed", hearer.pending.map((press) => ({ ...press })))
}

// The pair whose fields are drawn: they come after its texts, and maybe before this component is told of it.
function onScreen(hearer) {
  const save = document.querySelector(`${hearer.fields} [class*="st-key-save-"]`)
  return save?.className.match(/st-key-save-(\S+)/)?.[1] ?? hearer.item
}

const QUIET = ["checkbox", "radio", "button", "submit"]
const FIELD = '[role="dialog"], [role="listbox"], [role="combobox"], [contenteditable="true"]'

function typing(target) {
  if (target.closest?.(FIELD)) return true
  return ["TEXTAREA", "SELECT"].includes(target.tagName) || (target.tagName === "INPUT" && !QUIET.includes(target.type))
}

// Heard before the field, whose list would keep the key for itself while it is open.
function leaveField(event) {
  if (event.key === "Escape" && typing(event.target)) event.target.blur()
}

// A field from whose list somebody chose by mouse keeps the focus, and would take the keys that follow.
function leaveChosen(event) {
  if (!event.target.closest?.('[role="option"]')) return
  setTimeout(() => { if (typing(document.activeElement)) document.activeElement.blur() }, 50)
}

// Whoever went to a button by the Tab key means that button by Enter.
function chosenByKey(target) {
  return target.matches?.("button:focus-visible, a:focus-visible, summary:focus-visible, input:focus-visible")
}

const STEPS = { ArrowDown: 0.12, ArrowUp: -0.12, PageDown: 0.85, PageUp: -0.85, " ": 0.85 }

function scroll(hearer, event) {
  const step = STEPS[event.key]
  const texts = textsOf(hearer)
  if (!step || !texts || narrow() || (event.key === " " && event.target !== document.body)) return false
  event.preventDefault()
  texts.scrollBy({ top: step * texts.clientHeight })
  return true
}

const LEAST = 260
const MARGIN = 16
const narrow = () => innerWidth < 768

// On a narrow screen texts take what they need, and the page scrolls.
function fit(hearer) {
  const texts = textsOf(hearer)
  const fields = document.querySelector(hearer.fields)
  if (!texts || !fields) return
  // What stands around may come and go later, as the guideline does.
  for (const box of [texts, fields, texts.closest('[data-testid="stMainBlockContainer"]')])
    if (box) hearer.sizes.observe(box)
  const above = texts.getBoundingClientRect().top + (page()?.scrollTop ?? 0)
  const below = fields.getBoundingClientRect().bottom - texts.getBoundingClientRect().bottom
  const height = narrow() ? "auto" : `${Math.max(LEAST, innerHeight - above - below - MARGIN)}px`
  for (const box of [texts, texts.parentElement]) {
    if (box.style.height !== height) box.style.height = height
  }
  // Of a box in a column it is this that counts, not its height.
  if (texts.parentElement.style.flexBasis !== height) texts.parentElement.style.flexBasis = height
  texts.onscroll = () => fade(texts)
  fade(texts)
}

const FADING = "linear-gradient(to bottom, #000 calc(100% - 72px), transparent)"

// Text that goes on below fades out, so that nobody takes what is seen for all there is.
function fade(texts) {
  const below = texts.scrollHeight - texts.clientHeight - texts.scrollTop
  const mask = !narrow() && below > 4 ? FADING : ""
  if (texts.style.maskImage !== mask) texts.style.maskImage = mask
}
