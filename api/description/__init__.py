"""What the API's description (OpenAPI 3.1) is put together from: words, shapes, and a mark on each view."""
