"""Page classes that portals share, by the software or the standard that prints the pages."""
