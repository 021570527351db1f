// Plotly, loaded once for all charts of a page, in the colours of its theme.

const load = (source) => (window.digitLabPlotly ??= new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = source;
  script.onload = () => resolve(window.Plotly);
  script.onerror = reject;
  document.head.append(script);
}));

function themed(layout, style) {
  const grid = style.getPropertyValue("--st-border-color");
  const text = style.getPropertyValue("--st-text-color");
  const colours = { gridcolor: grid, zerolinecolor: grid };
  return {
    ...layout,
    font: { color: text, family: style.getPropertyValue("--st-font") },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: style.getPropertyValue("--st-gray-text-color"), activecolor: text },
    xaxis: { ...layout.xaxis, ...colours },
    yaxis: { ...layout.yaxis, ...colours },
  };
}

