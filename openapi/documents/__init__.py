"""Reading and writing YAML and JSON documents: lines, pointers, shapes, differences."""
