// Hears what people do on the map that stands in `data.place`, and tells the server: where they point, what
// they click, the area they draw, the part they see. Lines of pairs come for the marks near the pointer only,
// and are shown as text, never as markup.

const maps = new WeakMap()

export default function (component) {
  const { data, parentElement } = component
  let map = maps.get(parentElement)
  if (!map) {
    map = { lines: new Map(), asked: new Map(), waiting: 0, card: parentElement.querySelector(".card") }
    map.watch = setInterval(() => listen(map), 250)
    maps.set(parentElement, map)
  }
  map.tell = component.setTriggerValue
  if (map.drawn !== data.drawn) {
    map.lines.clear()
    map.asked.clear()
    hide(map)
  }
  map.drawn = data.drawn
  map.place = data.place
  map.waiting = 0
  for (const [mark, line] of Object.entries(data.lines)) map.lines.set(mark, line)
  listen(map)
  if (map.at) show(map)
  return () => {
    clearInterval(map.watch)
    clearTimeout(map.rest)
    maps.delete(parentElement)
  }
}

// The graph may be drawn later than this, and be replaced by another.
function listen(map) {
  const graph = document.querySelector(`.${map.place} .js-plotly-plot`)
  if (graph === map.graph || !graph?.on) return
  map.graph = graph
  hide(map)
  graph.on("plotly_hover", (event) => point(map, event))
  graph.on("plotly_unhover", () => hide(map))
  graph.on("plotly_click", (event) => click(map, event))
  graph.on("plotly_selected", (event) => draw(map, event))
  graph.on("plotly_relayout", (change) => later(map, change))
  graph.addEventListener("mouseleave", () => hide(map))
}

const markOf = (point) => `${point.curveNumber}:${point.pointNumber}`

function point(map, event) {
  const point = event.points[0]
  map.at = { mark: markOf(point), x: point.x, y: point.y, left: event.event.clientX, top: event.event.clientY }
  show(map)
}

function show(map) {
  const line = map.lines.get(map.at.mark)
  if (!line) {
    map.card.hidden = true
    ask(map)
    return
  }
  map.card.replaceChildren(...line.map(paragraph))
  map.card.hidden = false
  const { offsetWidth, offsetHeight } = map.card
  const left = map.at.left + 16 + offsetWidth > innerWidth ? map.at.left - 16 - offsetWidth : map.at.left + 16
  const top = Math.min(map.at.top + 12, innerHeight - offsetHeight - 8)
  map.card.style.left = `${Math.max(8, left)}px`
  map.card.style.top = `${Math.max(8, top)}px`
}

function paragraph(text) {
  const made = document.createElement("p")
  made.textContent = text
  return made
}

function hide(map) {
  map.at = null
  map.card.hidden = true
}

// One question at a time; an answer that got lost is given up after some seconds, and may be asked for again.
const PATIENCE = 5000

function ask(map) {
  const now = Date.now()
  if (now - (map.asked.get(map.at.mark) ?? 0) < PATIENCE || now - map.waiting < PATIENCE) return
  map.waiting = now
  map.asked.set(map.at.mark, now)
  map.tell("pointed", { drawn: map.drawn, x: map.at.x, y: map.at.y, view: ends(map) })
}

function click(map, event) {
  const point = event.points[0]
  hide(map)
  map.tell("clicked", { drawn: map.drawn, curve: point.curveNumber, mark: point.pointNumber })
}

function draw(map, event) {
  const lasso = event?.lassoPoints
  const box = event?.range
  if (lasso) map.tell("outlined", { box: false, x: lasso.x, y: lasso.y })
  else if (box) map.tell("outlined", { box: true, x: box.x, y: box.y })
}

// Zooming and panning come in many steps: the part seen is told once they rest.
const REST = 300

function later(map, change) {
  const changed = Object.keys(change)
  const moved = changed.some((key) => /^[xy]axis\.(range|autorange)/.test(key))
  if (!moved && !changed.includes("dragmode")) return
  if (moved) {
    map.moved = true
    map.whole = changed.some((key) => key.endsWith("axis.autorange"))
  }
  clearTimeout(map.rest)
  map.rest = setTimeout(() => {
    map.tell("seen", { ...ends(map), mode: map.graph._fullLayout.dragmode, moved: !!map.moved, whole: !!map.whole })
    map.moved = false
  }, REST)
}

function ends(map) {
  const { xaxis, yaxis } = map.graph._fullLayout
  return { x: [...xaxis.range], y: [...yaxis.range] }
}
