"""One file a recipe: how each shipped model was trained. A file here adds one."""
