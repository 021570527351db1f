"""Plotly charts: still ones, and live ones that keep zoom and hidden curves while their data changes.

`st.plotly_chart` makes its chart anew at every change. The live component keeps one node and lets Plotly redraw it,
with Plotly's own JavaScript from the installed package, served from the folder `static` beside the app.
"""

import shutil
from pathlib import Path

import plotly
import plotly.graph_objects as go
import streamlit as st

from mnist_core import DigitLabError

_STATIC = Path(__file__).parents[2] / "static"
_SCRIPT = f"plotly-{plotly.__version__}.min.js"

_component = st.components.v2.component(
    "digit_lab_live_chart",
    html="<div></div>",
    js="""
const load = (source) => (window.digitLabPlotly ??= new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = source;
  script.onload = () => resolve(window.Plotly);
  script.onerror = reject;
  document.head.append(script);
}));

export default async function ({ data, parentElement }) {
  const Plotly = await load(data.script);
  const node = parentElement.querySelector("div");
  const style = getComputedStyle(parentElement.host ?? parentElement);
  const grid = style.getPropertyValue("--st-border-color");
  const { layout, data: traces } = JSON.parse(data.figure);
  layout.uirevision = data.identity;
  layout.font = { color: style.getPropertyValue("--st-text-color"), family: style.getPropertyValue("--st-font") };
  for (const axis of [layout.xaxis, layout.yaxis]) Object.assign(axis, { gridcolor: grid, zerolinecolor: grid });
  Plotly.react(node, traces, layout, {
    responsive: true, displaylogo: false, modeBarButtons: [["toImage", "autoScale2d"]],
  });
}
""",
    isolate_styles=False,
)


def still(figure: go.Figure, *, key: str, alt: str) -> None:
    """Show a figure that changes only when a person changes something; `alt` says what it shows."""
    st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False})


def live(figure: go.Figure, *, key: str, identity: str) -> None:
    """Show `figure` in the node of `key`; zoom and hidden curves stay as long as `identity` does."""
    _component(
        key=key,
        data={"figure": figure.to_json(), "identity": identity, "script": f"app/static/{_served_script()}"},
        height=figure.layout.height,
    )


@st.cache_resource(show_spinner=False)
def _served_script() -> str:
    """Copy Plotly's JavaScript to where Streamlit serves files from, unless this version is there."""
    target = _STATIC / _SCRIPT
    if not target.exists():
        source = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
        try:
            shutil.copyfile(source, target)
        except OSError as error:
            raise DigitLabError(f"{target} cannot be written ({error.strerror}); free some space there.") from None
    return _SCRIPT
