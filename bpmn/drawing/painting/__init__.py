"""A geometry as strokes, fills and words on a sheet: the flow, the cards of its stages, marks, a legend."""
