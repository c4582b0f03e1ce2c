"""Drawing with matplotlib: the same figure from the same data, without a screen, with no meaning by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from adtrace.draw.layers import Layers

_INK, _QUIET, _LINE, _BOX = "#1b1f24", "#57606a", "#3b6ea5", "#f3f6f9"
# Colour, dashes, marker and its size: the second, which the first may cover, shows around it.
_CURVES = (("#1f5fa8", "-", "o", 4.5), ("#8a5a00", "--", "s", 9.0), ("#57606a", ":", "^", 5.0))
_WIDE, _ROW, _HEAD, _FOOT = 2.9, 0.46, 1.0, 0.26  # inches: a box, a row, the title, a note's line
_GAP = 1.0


def draw_layers(layers: Layers) -> Figure:
    """Columns of boxes from left to right, joined by curves."""
    columns = layers.columns
    rows = max(len(column.spots) + bool(column.more) for column in columns)
    width = len(columns) * _WIDE + (len(columns) - 1) * _GAP + 0.6
    width = max(width, 8.0)
    height = _HEAD + rows * _ROW + _FOOT * len(layers.notes) + 0.5
    figure = Figure(figsize=(width, height), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.text(0.3, 0.38, layers.title, fontsize=14, weight="bold", color=_INK, va="center", parse_math=False)
    spots: dict[str, tuple[float, float]] = {}
    for number, column in enumerate(columns):
        x = 0.3 + number * (_WIDE + _GAP)
        axes.text(
            x, 0.8, column.title, fontsize=10, weight="bold", color=_QUIET, va="center", parse_math=False
        )
        taken = len(column.spots) + bool(column.more)
        top = _HEAD + (rows - taken) * _ROW / 2
        for place, spot in enumerate(column.spots):
            y = top + (place + 0.5) * _ROW
            spots[spot.id] = x, y
            axes.add_patch(
                FancyBboxPatch(
                    (x, y - _ROW * 0.39),
                    _WIDE,
                    _ROW * 0.78,
                    boxstyle="round,pad=0.02,rounding_size=0.06",
                    facecolor=_BOX,
                    edgecolor=_QUIET,
                    linewidth=0.6,
                    zorder=2,
                )
            )
            lift = 0.075 if spot.note else 0
            axes.text(
                x + 0.1,
                y - lift,
                spot.text,
                fontsize=8.5,
                color=_INK,
                va="center",
                zorder=3,
                parse_math=False,
            )
            if spot.note:
                axes.text(
                    x + 0.1,
                    y + 0.1,
                    spot.note,
                    fontsize=6.5,
                    color=_QUIET,
                    va="center",
                    zorder=3,
                    parse_math=False,
                )
        if column.more:
            y = top + (len(column.spots) + 0.5) * _ROW
            axes.text(x + 0.1, y, f"and {column.more:,} more", fontsize=8.5, color=_QUIET, va="center")
    for line in layers.lines:
        (x1, y1), (x2, y2) = sorted((spots[line.left], spots[line.right]))
        begin, end = x1 + _WIDE + 0.03, x2 - 0.03
        bend = (end - begin) / 2
        curve = Path(
            [(begin, y1), (begin + bend, y1), (end - bend, y2), (end, y2)],
            [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
        )
        style = (0, (4, 3)) if line.dashed else "solid"
        axes.add_patch(
            PathPatch(
                curve, fill=False, edgecolor=_LINE, linewidth=0.9, linestyle=style, alpha=0.75, zorder=1
            )
        )
    _write_notes(figure, layers.notes, height)
    return figure


def draw_curves(
    title: str,
    curves: Sequence[tuple[str, Sequence[int]]],
    total: int,
    names: Sequence[str],
    notes: Sequence[str],
) -> Figure:
    """Steps from letter to letter, each curve with its own marker; names: of the letters, in order."""
    height = 5.6 + _FOOT * len(notes)
    figure = Figure(figsize=(9.0, height), facecolor="white")
    foot = (_FOOT * len(notes) + 0.4) / height
    room = 1.2 / height
    axes = figure.add_axes((0.09, foot + room, 0.87, 1 - foot - room - 0.75 / height))
    figure.text(0.035, 1 - 0.35 / height, title, fontsize=14, weight="bold", color=_INK, parse_math=False)
    for (label, values), (colour, dashes, marker, size) in zip(curves, _CURVES, strict=True):
        places = range(1, len(values) + 1)
        axes.plot(
            places,
            values,
            dashes,
            color=colour,
            marker=marker,
            markersize=size,
            markerfacecolor="none",
            linewidth=1.5,
            label=label,
        )
    for part in (50, 80, 95):
        axes.axhline(total * part / 100, color=_QUIET, linewidth=0.5, linestyle=(0, (1, 3)))
        axes.text(
            len(names) + 0.45,
            total * part / 100,
            f"{part} %",
            fontsize=7.5,
            color=_QUIET,
            ha="right",
            va="bottom",
        )
    axes.set_ylim(0, total * 1.06)
    axes.set_xlim(0.5, len(names) + 0.5)
    axes.set_ylabel("domains reached", color=_INK)
    if len(names) <= 30:
        axes.set_xticks(range(1, len(names) + 1), [f"{n}. {name[:22]}" for n, name in enumerate(names, 1)])
        for tick in axes.get_xticklabels():
            tick.set(rotation=35, ha="right", fontsize=7.5, parse_math=False)
    else:
        axes.set_xlabel("letters", color=_INK)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(loc="lower right", frameon=False, fontsize=9)
    _write_notes(figure, notes, height)
    return figure


def save(figure: Figure, stream: BinaryIO, form: str) -> None:
    """Write the figure as svg or png, with nothing in it of the time or the machine."""
    with rc_context({"svg.hashsalt": "adtrace", "svg.fonttype": "path"}):
        metadata = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
        figure.savefig(stream, format=form, dpi=160, metadata=metadata)


def _write_notes(figure: Figure, notes: Sequence[str], height: float) -> None:
    for number, note in enumerate(reversed(notes)):
        y = (0.2 + number * _FOOT) / height
        x = 0.3 / figure.get_figwidth()
        figure.text(x, y, note, fontsize=7.5, color=_QUIET, parse_math=False)
