"""Everything a person can do by a menu or a key: names, words, keys, icons. Who carries it out is not said here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One action. `keys` in Qt's portable form; `canvas` keys work while the canvas has the keyboard; `drawing` actions
    need an open drawing (not the start page)."""

    name: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    checkable: bool = False
    canvas: bool = False
    drawing: bool = True


LINE = Entry("", "")
RECENT, BLOCKS, PANELS, KEY_MAPS = "recent", "blocks", "panels", "key maps"  # sub-menus that are filled by the window


def _entry(name: str, text: str, keys: str = "", icon: str = "", tip: str = "", **more: bool) -> Entry:
    return Entry(name, text, tuple(keys.split()), icon, tip, **more)


MENUS: Mapping[str, tuple[Entry | str, ...]] = {
    "&File": (
        _entry("new", "&New drawing", "Ctrl+N", "new", drawing=False),
        _entry("new_network", "New network from &layer sizes…", "Ctrl+Shift+N", "network", drawing=False),
        _entry("new_window", "New &window", "Ctrl+Alt+N", "window", drawing=False),
        LINE,
        _entry("open", "&Open…", "Ctrl+O", "open", drawing=False),
        RECENT,
        _entry("start_page", "Start &page", "Ctrl+Shift+H", "start-page", "Examples and recent files", drawing=False),
        LINE,
        _entry("save", "&Save", "Ctrl+S", "save"),
        _entry("save_as", "Save &as…", "Ctrl+Shift+S"),
        _entry("export", "&Export…", "Ctrl+Shift+E", "export", "SPICE netlist, picture, weights or results"),
        _entry("import_dataset", "&Import dataset…", "Ctrl+Shift+I", "table", "A CSV table, columns x1.. t1.."),
        _entry("relink", "&Relink dataset files…", icon="link", tip="Find dataset files that are missing"),
        LINE,
        _entry("close", "&Close window", "Ctrl+W", drawing=False),
        _entry("quit", "&Quit", "Ctrl+Q", "quit", drawing=False),
    ),
    "&Edit": (
        _entry("undo", "&Undo", "Ctrl+Z", "undo"),
        _entry("redo", "&Redo", "Ctrl+Shift+Z Ctrl+Y", "redo"),
        LINE,
        _entry("cut", "Cu&t", "Ctrl+X", "cut"),
        _entry("copy", "&Copy", "Ctrl+C", "copy"),
        _entry("paste", "&Paste", "Ctrl+V", "paste"),
        _entry("duplicate", "&Duplicate", "Ctrl+D", "duplicate"),
        _entry("delete", "De&lete", "Del Backspace", "delete", canvas=True),
        _entry("select_all", "Select &all", "Ctrl+A", "select-all"),
        _entry("cancel", "Cancel, then select nothing", "Esc", canvas=True),
        LINE,
        _entry("rotate", "R&otate", "R", "rotate"),
        _entry("rotate_back", "Rotate back", "Shift+R", "rotate-back"),
        _entry("mirror", "&Mirror left and right", "X", "mirror"),
        _entry("mirror_vertical", "Mirror top and bottom", "Y", "mirror-vertical"),
        _entry("nudge_left", "Nudge left", "Left", canvas=True),
        _entry("nudge_right", "Nudge right", "Right", canvas=True),
        _entry("nudge_up", "Nudge up", "Up", canvas=True),
        _entry("nudge_down", "Nudge down", "Down", canvas=True),
        LINE,
        _entry("create_sheet", "Create &sheet from selection", "Ctrl+Shift+G", "sheet",
               "The selected blocks move into a sheet of their own, which is placed here"),
        _entry("expand_sheet", "E&xpand sheet in place", "Ctrl+Shift+U",
               tip="What is inside the selected sheet takes its place"),
        LINE,
        _entry("edit_value", "&Edit value", "E", "edit", "The first value of the selected block"),
        _entry("find", "&Find…", "Ctrl+F", "search", "A block, a net or a value in this drawing"),
        _entry("commands", "Command &palette…", "Ctrl+K", "command", drawing=False),
    ),
    "&View": (
        _entry("fit", "Zoom to &fit", "F Home", "fit"),
        _entry("fit_selection", "Zoom to &selection", "Shift+Home"),
        _entry("zoom_in", "Zoom &in", "Ctrl++ Ctrl+=", "zoom-in"),
        _entry("zoom_out", "Zoom &out", "Ctrl+-", "zoom-out"),
        _entry("zoom_actual", "&100 %", "Ctrl+0"),
        _entry("zoom_box", "Zoom &box", "Z", "zoom-box", "Draw a rectangle to look at"),
        _entry("open_sheet", "Open the block's s&heet", "Ctrl+Down", tip="What is inside a neuron or a placed sheet"),
        _entry("leave_sheet", "&Leave the sheet", "Ctrl+Up", "up"),
        LINE,
        _entry("live_layer", "&Live layer", "Ctrl+L", "live", "Wires by voltage, weights by width", checkable=True),
        _entry("backward_path", "&Backward path", "Ctrl+B", tip="Light up where errors flow back", checkable=True),
        _entry("gradient_lens", "&Gradient lens", "Ctrl+G", "gradient",
               "Each capacitor's charging current beside the gradient", checkable=True),
        LINE,
        PANELS,
        _entry("reset_layout", "Panels where they &were at first"),
        _entry("full_screen", "Full s&creen", "F11", drawing=False, checkable=True),
        LINE,
        _entry("dark", "&Dark", "Ctrl+Shift+D", "theme", drawing=False, checkable=True),
        _entry("reduce_motion", "Reduce &motion", tip="No animation", drawing=False, checkable=True),
        KEY_MAPS,
    ),
    "&Insert": (
        _entry("insert_block", "&Block…", "A", "insert", "A list of all blocks at the cursor"),
        BLOCKS,
        LINE,
        _entry("wire", "&Wire", "W", "wire"),
        _entry("label", "Net &label", "L", "label"),
        _entry("probe", "&Probe", "P", "probe"),
        _entry("comment", "&Comment", "C", "comment"),
        _entry("frame", "&Frame", "Shift+F", "frame"),
    ),
    "&Run": (
        _entry("run", "&Run or pause", "F5", "run"),
        _entry("stop", "&Stop", "Shift+F5", "stop", "Pause and go back to the initial weights"),
        LINE,
        _entry("step", "Step one ro&w", "F10", "step-row"),
        _entry("back", "Step one row &back", "Shift+F10", "back"),
        _entry("step_epoch", "Step one &epoch", "Ctrl+F10", "step-epoch"),
        _entry("back_epoch", "Step one epoch bac&k", "Ctrl+Shift+F10", "epoch-back"),
        _entry("reset", "Rese&t", "Ctrl+R", "reset", "Initial weights of the same seed, time 0"),
        LINE,
        _entry("teach", "&V_teach on or off", "T", "teach", "Learn, or only answer"),
        LINE,
        _entry("faster", "&Faster", "Ctrl+]", "faster"),
        _entry("slower", "S&lower", "Ctrl+[", "slower"),
        _entry("full_speed", "As fast as &possible", "Ctrl+Shift+]"),
        LINE,
        _entry("branch", "Bra&nch from the past shown", "Ctrl+Shift+B", "branch",
               "Continue from the moment that the timeline shows"),
        _entry("live", "Back to the pre&sent", "Ctrl+Shift+L", "live"),
    ),
    "&Analyse": (
        _entry("show_problems", "&Problems of the drawing", "F8", "warning"),
        _entry("check_gradient", "Check the &gradient", "F9", "gradient",
               "Does every capacitor charge against the error's slope?"),
        _entry("statistics", "&What was recognised", "Ctrl+I", "info",
               "Counts of parts, and how the drawing is integrated"),
        _entry("experiment", "&Experiment…", "Ctrl+Shift+X", "plot", "Ten seeds, sweeps, mismatch, yield and blame"),
        LINE,
        _entry("parameters", "Document &parameters", "Ctrl+Shift+P", "settings", "Named values, seed, when to stop"),
        _entry("datasets", "&Datasets", "Ctrl+Shift+T", "table"),
    ),
    "&Help": (
        _entry("tour", "A &tour", tip="The program in five minutes", drawing=False),
        _entry("block_help", "&Blocks", tip="Every block: what for, equations, pins, parameters", drawing=False),
        _entry("sheet_help", "S&heets", tip="Drawn once, placed many times", drawing=False),
        _entry("experiment_help", "&Experiments", tip="Seeds, sweeps, mismatch, yield", drawing=False),
        _entry("keys", "&Keys", "F1", "keyboard", drawing=False),
        LINE,
        _entry("paper_help", "About the &paper", drawing=False),
        _entry("paper", "The paper's &figures…", tip="Simulated while you look, with what they claim", drawing=False),
        LINE,
        _entry("about", "&About AANN Studio", icon="info", drawing=False),
    ),
}  # fmt: skip

# The common blocks have the number keys; 0 is left to zooming.
NUMBER_KEYS: Mapping[str, str] = {
    "neuron": "1", "multiplier": "2", "weight": "3", "sigmoid": "4", "sigmoid_derivative": "5", "type1": "6",
    "type2": "7", "dataset": "8", "v_teach": "9",
}  # fmt: skip

# Where other programs' habits differ from ours; what is not named stays.
OTHER_KEYS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "KiCad": {
        "zoom_in": ("F1", "Ctrl++"),
        "zoom_out": ("F2", "Ctrl+-"),
        "keys": ("Ctrl+F1",),
        "zoom_box": ("Ctrl+F5",),
        "fit": ("Home",),
        "find": ("Ctrl+F",),
        "mirror": ("X",),
        "mirror_vertical": ("Y",),
        "frame": ("S",),
        "comment": ("Ctrl+Shift+C",),
    },
    "LTspice": {
        "insert_block": ("F2", "A"),
        "wire": ("F3", "W"),
        "label": ("F4", "L"),
        "delete": ("F5", "Del"),
        "duplicate": ("F6", "Ctrl+D"),
        "undo": ("F9", "Ctrl+Z"),
        "redo": ("Shift+F9", "Ctrl+Shift+Z"),
        "check_gradient": ("Ctrl+F9",),
        "rotate": ("Ctrl+R", "R"),
        "mirror": ("Ctrl+E", "X"),
        "reset": ("Ctrl+Shift+R",),
        "run": ("Alt+R", "Ctrl+F5"),
        "stop": ("Ctrl+H",),
    },
}


def entries() -> dict[str, Entry]:
    """All actions by name."""
    return {entry.name: entry for menu in MENUS.values() for entry in menu if isinstance(entry, Entry) and entry.name}


def keys_of(entry: Entry, key_map: str) -> tuple[str, ...]:
    """The keys of an action in that key map."""
    return OTHER_KEYS.get(key_map, {}).get(entry.name, entry.keys)
