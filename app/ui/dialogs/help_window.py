"""The help: pages at the left, the text at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QTextBlock, QTextBlockFormat, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTextBrowser, QWidget

from app.export import help_pages
from app.ui import theme
from app.ui.dialogs.page_list import page_list

SIZE, LINE_HEIGHT = 13.0, 140.0  # px, per cent
# Above a heading of that level, and below it [px]; paragraphs and items have their own.
HEADINGS = {1: (0.0, 12.0), 2: (24.0, 8.0), 3: (18.0, 4.0)}
PARAGRAPH, ITEM, CODE = 10.0, 4.0, 0.0


class HelpWindow(QDialog):
    """Not modal: it can stay open beside the drawing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Help")
        self.pages = page_list("Pages", help_pages.TITLES)
        self.text = QTextBrowser()
        self.text.setObjectName("helpText")
        self.text.document().setDocumentMargin(28)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.pages)
        row.addWidget(self.text, 1)
        self.pages.currentRowChanged.connect(self._show)
        QShortcut(QKeySequence("Ctrl+W"), self, self.close)
        self.pages.setCurrentRow(0)

    def sizeHint(self) -> QSize:
        return QSize(900, 640)

    def show_page(self, name: str) -> None:
        """Opens at one of help_pages.TITLES. Raises ValueError for another name."""
        self.pages.setCurrentRow(list(help_pages.TITLES).index(name))
        self.show()
        self.raise_()
        self.activateWindow()

    def _show(self, row: int) -> None:
        document = self.text.document()
        document.setDefaultFont(theme.font(SIZE))
        self.text.setMarkdown(help_pages.page(self.pages.item(row).data(Qt.ItemDataRole.UserRole)))
        _set_spacing(document)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)


def _set_spacing(document: QTextDocument) -> None:
    """Markdown comes without any space between its blocks."""
    block = document.begin()
    while block.isValid():
        spaced = QTextBlockFormat(block.blockFormat())
        above, below = _space(block)
        spaced.setTopMargin(above)
        spaced.setBottomMargin(below)
        spaced.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        QTextCursor(block).setBlockFormat(spaced)
        block = block.next()


def _space(block: QTextBlock) -> tuple[float, float]:
    """Above and below a block [px]; where lines of one kind end, a paragraph's space follows."""
    level = block.blockFormat().headingLevel()
    if level:
        return HEADINGS.get(level, HEADINGS[3])
    within = {"item": ITEM, "code": CODE}.get(_kind(block))
    if within is None or _kind(block.next()) != _kind(block):
        return 0.0, PARAGRAPH
    return 0.0, within


def _kind(block: QTextBlock) -> str:
    if not block.isValid():
        return ""
    if block.textList() is not None:
        return "item"
    form = block.blockFormat()
    coded = form.hasProperty(QTextFormat.Property.BlockCodeLanguage) or form.nonBreakableLines()
    return "code" if coded else "text"
