"""Plotly charts that change only when a person changes something."""

import plotly.graph_objects as go
import streamlit as st


def show(figure: go.Figure, *, key: str, alt: str) -> None:
    """Show a figure; `alt` says what it shows to those who do not see it."""
    st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False})
