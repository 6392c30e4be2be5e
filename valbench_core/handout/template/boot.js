"use strict";
// Unpacks the library that this file carries and draws its charts. Without it, their data stand in tables.
(async () => {
  const places = [...document.querySelectorAll("[data-chart]")];
  const carried = document.getElementById("library");
  if (!places.length || typeof DecompressionStream === "undefined") return;

  const packed = Uint8Array.from(atob(carried.textContent.trim()), (letter) => letter.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const library = document.createElement("script");
  library.textContent = await new Response(unpacked).text();
  document.head.append(library);
  carried.remove();

  // A finger that drags scrolls the page; the buttons above each chart zoom.
  const byFinger = matchMedia("(pointer: coarse)").matches;
  const config = {
    responsive: true,
    displaylogo: false,
    displayModeBar: byFinger ? true : "hover",
    modeBarButtonsToRemove: ["select2d", "lasso2d"],
    plotlyServerURL: "",
    showLink: false,
  };
  for (const place of places) {
    const { data, layout } = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    for (const name of Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key))) {
      layout[name].fixedrange = false;
    }
    place.replaceChildren();
    await Plotly.newPlot(
      place,
      data,
      {
        ...layout,
        dragmode: byFinger ? false : "zoom",
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        font: { ...layout.font, family: getComputedStyle(document.body).fontFamily },
      },
      config,
    );
  }
  document.documentElement.classList.add("drawn");
})();
