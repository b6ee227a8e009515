"""Facts into blocks, blocks into docx, pdf, html and xlsx."""
