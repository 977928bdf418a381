"""An archive of the English portals of Chinese state media."""

__version__ = "0.2.0"
