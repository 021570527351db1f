// Plotly, loaded once for all charts of a page, in the colours of its theme.

const load = (source) => (window.digitLabPlotly ??= new Promise((resolve, reject) => {
  const script = document.createElement("script");
  Object.assign(script, { src: source, onload: () => resolve(window.Plotly), onerror: reject });
  document.head.append(script);
}));

const touch = matchMedia("(pointer: coarse)").matches;

// The buttons above a chart are too small for a finger.
const CONFIG = {
  responsive: true, displaylogo: false, displayModeBar: touch ? false : "hover",
  modeBarButtons: [["toImage", "autoScale2d"]],
};

// A function from a name to that colour, or the font, of the page around a component.
function themeAround(element) {
  const style = getComputedStyle(element.host ?? element);
  return (name) => style.getPropertyValue(`--st-${name}`);
}

function themed(layout, theme) {
  const lines = { gridcolor: theme("border-color"), zerolinecolor: theme("border-color") };
  return {
    ...layout, font: { color: theme("text-color"), family: theme("font") },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: theme("gray-text-color"), activecolor: theme("text-color") },
    xaxis: { ...layout.xaxis, ...lines }, yaxis: { ...layout.yaxis, ...lines },
  };
}

