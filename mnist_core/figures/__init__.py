"""Plotly figures from plain data, in one theme."""
