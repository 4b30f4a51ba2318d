"""New, open, save, export: documents and their files, with the questions that these ask."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QDialog, QFileDialog

from app.document import aann_file
from app.document.atomic import write_bytes
from app.document.set_parameters import apply_settings
from app.errors import Problem, ProblemError
from app.ui.actions import Handler
from app.ui.dialogs import question
from app.ui.dialogs.build_network import BuildNetwork
from app.ui.dialogs.relink import Relink
from app.ui.gallery import example_at
from app.ui.host import Host
from app.ui.settings import settings

SUFFIX = ".aann"
DRAWINGS = f"AANN Studio (*{SUFFIX});;All files (*)"
TABLES = (".csv", ".txt")
TABLE_FILES = "Tables (*.csv *.txt);;All files (*)"
EXPORTS = {
    "SVG picture (*.svg)": ".svg",
    "PDF page (*.pdf)": ".pdf",
    "PNG picture (*.png)": ".png",
    "SPICE netlist (*.cir)": ".cir",
    "Weights (*.json)": ".json",
    "Outputs of all rows (*.csv)": ".csv",
}


class FileCommands(QObject):
    """Of one window. What opens takes the place of an untouched document, else a window of its own."""

    def __init__(self, window: Host) -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self._closing = False
        self._desk.saved_later.connect(self._saved)
        self._desk.not_saved.connect(self._not_saved)

    def handlers(self) -> dict[str, Handler]:
        return {
            "new": self.new, "new_network": self.new_network, "open": self.open, "save": self.save,
            "save_as": self.save_as, "export": self.export, "relink": self.relink,
            "import_dataset": self.import_dataset,
        }  # fmt: skip

    # -- opening ------------------------------------------------------------------------------------------------

    def _place(self) -> Host:
        """The window that takes another document. Unsaved edits are never replaced, behind the start page neither."""
        in_use = self._window.drawing_shown and self._desk.path is not None
        return self._window.another() if in_use or self._desk.dirty else self._window

    @Slot()
    def new(self) -> None:
        window = self._place()
        window.desk.new()
        window.show_drawing()

    @Slot()
    def new_network(self, table: Path | None = None) -> None:
        """Ask for layer sizes; with a `table` its rows are offered as the dataset."""
        dialog = BuildNetwork(dict(self._desk.schematic.datasets), self._window)
        try:
            if table is not None:
                dialog.add_dataset(table)
            accepted = dialog.exec() == QDialog.DialogCode.Accepted
        except ProblemError as error:
            question.tell(self._window, "This table cannot be used", error.problems[0])
            accepted = False
        if accepted and dialog.document is not None:
            window = self._place()
            window.desk.show(dialog.document, dialog.name, unsaved=True)
            window.desk.journal.begin()
            window.show_drawing()
        dialog.deleteLater()

    @Slot()
    def open(self) -> None:
        folder = str(self._desk.path.parent) if self._desk.path is not None else ""
        names, _ = QFileDialog.getOpenFileNames(self._window, "Open", folder, DRAWINGS)
        for name in names:
            self.open_path(Path(name))

    @Slot(str)
    def open_recent(self, name: str) -> None:
        self.open_path(Path(name))

    @Slot(str)
    def open_example(self, name: str) -> None:
        """A copy of an example, running."""
        self.open_figure(name, ())

    @Slot(str, object)
    def open_figure(self, name: str, changes: Sequence[str]) -> None:
        """The same with PATTERN.PARAM=VALUE settings, as a figure of the paper asks for."""
        path = Path(name)
        example = example_at(path)
        try:
            document = aann_file.load(path)
            apply_settings(document.schematic, changes)
        except ProblemError as error:
            question.tell(self._window, "The example cannot be opened", error.problems[0])
            return
        window = self._place()
        window.desk.show(document, example.path.stem if example is not None else path.stem)
        window.show_drawing()
        window.desk.engine.run()

    def open_path(self, path: Path) -> bool:
        """A document's file; one that is open already comes to the front."""
        present = self._window.window_with(path)
        if present is not None:
            present.to_front()
            return True
        if example_at(path) is not None:
            self.open_example(str(path))
            return True
        window = self._place()
        try:
            window.desk.open_file(path)
        except ProblemError as error:
            if window is not self._window:
                window.close()
            question.tell(self._window, f"{path.name} cannot be opened", error.problems[0])
            return False
        window.show_drawing()
        settings().add_recent(path)
        if any(problem.code == "dataset-missing" for problem in window.desk.document.problems):
            FileCommands._relink(window)
        return True

    @Slot(list)
    def take_files(self, names: list[str]) -> None:
        """Files that were dropped on the window: drawings open, tables become datasets."""
        for path in map(Path, names):
            if path.suffix.lower() == SUFFIX:
                self.open_path(path)
            elif path.suffix.lower() in TABLES and self._window.drawing_shown:
                self._window.workspace.import_table(path)
            elif path.suffix.lower() in TABLES:
                self.new_network(path)
            else:
                found = "only .aann drawings and .csv tables can be dropped here"
                self._desk.say(Problem("cannot-open", path.name, found, "drop another file", "warning"))

    # -- saving -------------------------------------------------------------------------------------------------

    @Slot()
    def save(self) -> bool:
        return self._write(self._desk.path) if self._desk.path is not None else self.save_as()

    @Slot()
    def save_as(self) -> bool:
        start = self._desk.path or Path(f"{self._desk.title}{SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(self._window, "Save as", str(start), DRAWINGS)
        if not name:
            return False
        path = Path(name)
        return self._write(path if path.suffix else path.with_suffix(SUFFIX))

    def _write(self, path: Path, overwrite: bool = False) -> bool:
        """False if the document is not saved after all; it stays changed then. A large one is written while editing
        goes on, unless the window is about to close."""
        if self._desk.large and not self._closing:
            self._desk.write_later(path, overwrite)
            return True
        try:
            self._desk.write(path, overwrite)
        except ProblemError as error:
            return self._not_saved(path, error)
        settings().add_recent(path)
        return True

    @Slot(object, object)
    def _not_saved(self, path: Path, error: ProblemError) -> bool:
        """Ask what to do; whether it is saved (or being saved) then."""
        problem = error.problems[0]
        if problem.code == "changed-on-disk":
            answer = question.conflict(self._window, problem)
            return {"other": self.save_as, "overwrite": lambda: self._write(path, True)}.get(answer, bool)()
        answers = (question.Answer("other", "Save elsewhere…"), question.Answer("cancel", "Cancel"))
        text = f"{problem.where}\n{problem.found}\n\n{problem.cure}"
        answer = question.ask(self._window, "The drawing is not saved", text, answers, "warning", "error")
        return self.save_as() if answer == "other" else False

    @Slot(object)
    def _saved(self, path: Path) -> None:
        settings().add_recent(path)

    def may_close(self) -> bool:
        """Wait for what is being written and ask about unsaved edits; False keeps the document open."""
        self._closing = True
        try:
            self._desk.finish_saving()
            if not self._desk.dirty:
                return True
            answer = question.save_changes(self._window, self._desk.title)
            return answer == "discard" or (answer == "save" and self.save())
        finally:
            self._closing = False

    # -- other files --------------------------------------------------------------------------------------------

    @Slot()
    def import_dataset(self) -> None:
        folder = str(self._desk.path.parent) if self._desk.path is not None else ""
        name, _ = QFileDialog.getOpenFileName(self._window, "Import a dataset", folder, TABLE_FILES)
        if name:
            self.take_files([name])

    @Slot()
    def relink(self) -> None:
        self._relink(self._window)

    @staticmethod
    def _relink(window: Host) -> None:
        dialog = Relink(window.desk, window)
        dialog.exec()
        dialog.deleteLater()

    @Slot()
    def export(self) -> None:
        start = self._desk.path.with_suffix("") if self._desk.path is not None else Path(self._desk.title)
        name, chosen = QFileDialog.getSaveFileName(self._window, "Export", str(start), ";;".join(EXPORTS))
        if not name:
            return
        path = Path(name)
        self.export_to(path if path.suffix else path.with_suffix(EXPORTS.get(chosen, ".svg")))

    def export_to(self, path: Path) -> bool:
        """Writes the kind of file that the suffix says; what is wrong is told."""
        try:
            if path.suffix in (".svg", ".pdf", ".png"):
                from app.ui.drawing_export import export_drawing

                export_drawing(self._desk.schematic, path.suffix[1:], path)
            else:
                self._export_run(path)
        except ProblemError as error:
            question.tell(self._window, "Nothing was exported", error.problems[0])
            return False
        self._window.workspace.toast.show_words(f"Exported to {path.name}", str(path.parent))
        return True

    def _export_run(self, path: Path) -> None:
        """What needs the compiled circuit; weights are those of the run."""
        from app.circuit.compile import compile_schematic
        from app.export import csv_table, spice, weights
        from app.training.run import prepare
        from app.training.settings import options_of

        schematic = self._desk.schematic
        run = prepare(compile_schematic(schematic), schematic, options_of(schematic))
        frame = self._desk.frame
        if frame is not None and len(frame.weights) == len(run.circuit.weight_paths):
            run.set_weights(frame.weights)
        if path.suffix == ".json":
            weights.write_weights(path, run.circuit.weight_paths, run.weights())
        elif path.suffix == ".csv":
            write_bytes(path, csv_table.outputs_table(run).encode())
        elif path.suffix in (".cir", ".sp", ".net"):
            write_bytes(path, spice.write_spice(run.circuit, run.timeline, run.seeds[0], 20, "ngspice", "").encode())
        else:
            raise ProblemError(
                Problem("export-kind", path.name, "no export writes this kind of file", "choose one from the list")
            )
