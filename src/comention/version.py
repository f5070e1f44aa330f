"""The version, alone, so that nothing has to import the package's face to read it."""

__version__ = "0.1.0"
