"""Drawing with matplotlib: the same figure from the same data, without a screen, with no meaning by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator

from adtrace.draw.layers import Layers, Spot
from adtrace.draw.letters import PARTS, Curves
from adtrace.relate.styles import Shape, load_styles

_INK, _QUIET, _LINE, _BOX = "#1b1f24", "#57606a", "#5b7fa6", "#f6f8fa"
# Colour, dashes, marker and its size: the second, which the first may cover, shows around it.
_CURVES = (("#1f5fa8", "-", "o", 4.5), ("#8a5a00", "--", "s", 9.0), ("#57606a", ":", "^", 5.0))
_MARKS: dict[Shape, str] = {
    "circle": "o",
    "diamond": "D",
    "square": "s",
    "triangle": "^",
    "pentagon": "p",
    "plus": "P",
    "wedge": "v",
}
# Inches: a box, a row, the titles, a note's line, the margin, and the way from a box's edge to its mark and its words.
_WIDE, _ROW, _HEAD, _FOOT, _EDGE, _MARK, _WORDS = 2.9, 0.46, 1.3, 0.24, 0.3, 0.16, 0.32
_GAP, _NARROWEST = 1.0, 8.0
# Of a picture of more columns than these: a box and the way between two, so that a page still holds it.
_MANY, _SLIM, _SLIM_GAP = 5, 1.9, 0.45


def draw_layers(layers: Layers) -> Figure:
    """Columns of boxes from left to right, joined by curves."""
    columns = layers.columns
    rows = max(len(column.spots) + bool(column.more) for column in columns)
    wide, gap = (_SLIM, _SLIM_GAP) if len(columns) > _MANY else (_WIDE, _GAP)
    width = max(len(columns) * wide + (len(columns) - 1) * gap + 2 * _EDGE, _NARROWEST)
    height = _HEAD + rows * _ROW + _FOOT * len(layers.notes) + 0.5
    figure = Figure(figsize=(width, height), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    _write_titles(figure, layers.title, layers.subtitle, width, height)
    spots: dict[str, tuple[float, float]] = {}
    for number, column in enumerate(columns):
        x = _EDGE + number * (wide + gap)
        _write(axes, x, _HEAD - 0.2, column.title, 10, _QUIET, weight="bold")
        taken = len(column.spots) + bool(column.more)
        top = _HEAD + (rows - taken) * _ROW / 2
        for place, spot in enumerate(column.spots):
            spots[spot.id] = x, top + (place + 0.5) * _ROW
            _draw_spot(axes, spot, *spots[spot.id], wide)
        if column.more:
            y = top + (len(column.spots) + 0.5) * _ROW
            _write(axes, x + _WORDS, y, f"and {column.more:,} more", 8.5, _QUIET)
    for line in layers.lines:
        (begin, above), right = sorted((spots[line.left], spots[line.right]))
        _draw_line(axes, (begin + wide, above), right, dashed=line.dashed)
    _write_notes(figure, layers.notes, height)
    return figure


def _draw_spot(axes: Axes, spot: Spot, x: float, y: float, wide: float) -> None:
    """A box so wide with its kind's mark, its name and its note."""
    axes.add_patch(
        FancyBboxPatch(
            (x, y - _ROW * 0.39),
            wide,
            _ROW * 0.78,
            boxstyle="round,pad=0.02,rounding_size=0.06",
            facecolor=_BOX,
            edgecolor=_QUIET,
            linewidth=0.6,
            zorder=2,
        )
    )
    if spot.kind:
        style = load_styles()[spot.kind]
        axes.plot([x + _MARK], [y], _MARKS[style.shape], color=style.colour, markersize=6, zorder=3)
    lift = 0.075 if spot.note else 0
    _write(axes, x + _WORDS, y - lift, spot.text, _fitting(spot.text, 8.5, wide), _INK)
    _write(axes, x + _WORDS, y + 0.1, spot.note, _fitting(spot.note, 6.5, wide), _QUIET)


def _fitting(words: str, size: float, wide: float) -> float:
    """This size in points, or the smaller one in which the words end inside a box so wide."""
    room = (wide - _WORDS - 0.2) * 72  # letters are set on whole pixels, which takes a little more
    taken, _, _ = text_to_path.get_text_width_height_descent(words, FontProperties(size=size), ismath=False)
    return size * min(1, room / taken) if taken else size


def _draw_line(axes: Axes, left: tuple[float, float], right: tuple[float, float], *, dashed: bool) -> None:
    begin, end = left[0] + 0.03, right[0] - 0.03
    bend = (end - begin) / 2
    curve = Path(
        [(begin, left[1]), (begin + bend, left[1]), (end - bend, right[1]), (end, right[1])],
        [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
    )
    style = (0, (4, 3)) if dashed else "solid"
    axes.add_patch(
        PathPatch(curve, fill=False, edgecolor=_LINE, linewidth=0.9, linestyle=style, alpha=0.75, zorder=1)
    )


def draw_curves(drawn: Curves) -> Figure:
    """Steps from letter to letter, each curve with its own marker."""
    names, total = drawn.names, drawn.total
    is_named = len(names) <= 30
    # What slanted names take below the axis.
    room = 0.35 + (0.042 * max(map(len, names)) + 0.15 if is_named else 0.25)
    foot = _FOOT * len(drawn.notes) + 0.3
    width, height = 9.0, 3.9 + _HEAD - 0.3 + room + foot
    figure = Figure(figsize=(width, height), facecolor="white")
    axes = figure.add_axes((0.085, (foot + room) / height, 0.86, 3.9 / height))
    _write_titles(figure, drawn.title, drawn.subtitle, width, height)
    _plot(axes, drawn)
    axes.set_ylim(0, total * 1.1)
    axes.set_xlim(0.5, len(names) + 0.5)
    axes.set_ylabel("domains reached", color=_INK)
    if is_named:
        _name_letters(axes, drawn)
    else:
        axes.set_xlabel("letters", color=_INK)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(loc="lower right", frameon=False, fontsize=9)
    _write_notes(figure, drawn.notes, height)
    return figure


def _plot(axes: Axes, drawn: Curves) -> None:
    """Each curve with its own marker, and a line where each part of the whole is reached."""
    for (label, values), (colour, dashes, marker, size) in zip(drawn.curves, _CURVES, strict=True):
        axes.plot(
            range(1, len(values) + 1),
            values,
            dashes,
            color=colour,
            marker=marker,
            markersize=size,
            markerfacecolor="none",
            linewidth=1.5,
            label=label,
        )
    for part in PARTS:
        y = drawn.total * part / 100
        axes.axhline(y, color=_QUIET, linewidth=0.5, linestyle=(0, (1, 3)))
        axes.text(
            1.005,
            y,
            f"{part} %",
            fontsize=7.5,
            color=_QUIET,
            va="center",
            transform=axes.get_yaxis_transform(),
        )


def _name_letters(axes: Axes, drawn: Curves) -> None:
    """Under each letter its network, beside it how many domains are reached by then."""
    for place, reached in enumerate(drawn.curves[0][1], 1):
        axes.annotate(
            f"{reached:,}",
            (place, reached),
            (5, -11),  # the curves rise, and the best lies above: below and right there is room
            textcoords="offset points",
            fontsize=7.5,
        )
    axes.set_xticks(range(1, len(drawn.names) + 1), [f"{n}. {name}" for n, name in enumerate(drawn.names, 1)])
    for tick in axes.get_xticklabels():
        tick.set(rotation=35, ha="right", fontsize=7.5, parse_math=False)


def save(figure: Figure, stream: BinaryIO, form: str) -> None:
    """Write the figure as svg or png, with nothing in it of the time or the machine."""
    with rc_context({"svg.hashsalt": "adtrace", "svg.fonttype": "path"}):
        metadata = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
        figure.savefig(stream, format=form, dpi=160, metadata=metadata)


def _write(
    axes: Axes, x: float, y: float, words: str, size: float, colour: str, *, weight: str = "normal"
) -> None:
    if words:
        axes.text(
            x, y, words, fontsize=size, color=colour, weight=weight, va="center", zorder=3, parse_math=False
        )


def _write_titles(figure: Figure, title: str, subtitle: str, width: float, height: float) -> None:
    for words, y, size, weight, colour in (
        (title, 0.38, 14, "bold", _INK),
        (subtitle, 0.68, 9.5, "normal", _QUIET),
    ):
        figure.text(
            _EDGE / width, 1 - y / height, words, fontsize=size, weight=weight, color=colour, va="center",
            parse_math=False,
        )  # fmt: skip


def _write_notes(figure: Figure, notes: Sequence[str], height: float) -> None:
    for number, note in enumerate(reversed(notes)):
        y = (0.2 + number * _FOOT) / height
        figure.text(_EDGE / figure.get_figwidth(), y, note, fontsize=7.5, color=_QUIET, parse_math=False)
