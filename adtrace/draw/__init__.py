"""Pictures for documents, SVG and PNG: what one audience may see of a domain, a cluster, a brand, the letters."""

from adtrace.draw.pictures import PICTURES, draw

__all__ = ["PICTURES", "draw"]
