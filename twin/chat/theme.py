"""The colours and fonts of the page; page.css uses them by their names there."""

from __future__ import annotations

import gradio as gr


def theme() -> gr.themes.Base:
    """Calm colours in light and dark, and the fonts that are on the machine: none is fetched."""
    return gr.themes.Base(
        primary_hue="teal", neutral_hue="stone", radius_size="lg", font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
    ).set(
        body_background_fill="#f2f4f3",
        body_background_fill_dark="#0f1413",
        body_text_color="#16211e",
        body_text_color_dark="#e4ebe8",
        body_text_color_subdued="#5d6b66",
        body_text_color_subdued_dark="#93a39d",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#171e1c",
        background_fill_secondary="#edf1ef",
        background_fill_secondary_dark="#242e2b",
        block_background_fill="#ffffff",
        block_background_fill_dark="#171e1c",
        block_border_color="#dde3e0",
        block_border_color_dark="#28332f",
        border_color_primary="#d3dbd7",
        border_color_primary_dark="#33403c",
        input_background_fill="#ffffff",
        input_background_fill_dark="#1c2522",
        input_border_color="#d3dbd7",
        input_border_color_dark="#33403c",
        input_border_width="1px",
        color_accent="#0f766e",
        slider_color="#0f766e",
        slider_color_dark="#2dd4bf",
        checkbox_background_color_selected="#0f766e",
        checkbox_background_color_selected_dark="#0f766e",
        checkbox_background_color_dark="#1c2522",
        checkbox_border_color="#9aa8a2",
        checkbox_border_color_dark="#5d6b66",
        button_primary_background_fill="#0f766e",
        button_primary_background_fill_hover="#0d635d",
        button_primary_background_fill_dark="#115e59",
        button_primary_background_fill_hover_dark="#14736d",
        button_primary_border_color="#0f766e",
        button_primary_border_color_dark="#115e59",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#e6fffa",
        button_secondary_background_fill="#ffffff",
        button_secondary_background_fill_hover="#e7ecea",
        button_secondary_background_fill_dark="#1c2522",
        button_secondary_background_fill_hover_dark="#28332f",
        button_secondary_text_color="#16211e",
        button_secondary_text_color_dark="#e4ebe8",
        button_secondary_border_color="#d3dbd7",
        button_secondary_border_color_dark="#33403c",
        button_border_width="1px",
    )
