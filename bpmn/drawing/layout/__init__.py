"""Places for a map that has none: columns by stage, rows by lane, a way for each line. No text, no colours."""

from bpmn.drawing.layout.laid_out import laid_out

__all__ = ["laid_out"]
