"""One file per interaction; each is an object that can be cancelled at any moment and then leaves nothing behind."""
