"""The widget: a small chat for pages of other origins, each of them registered, limited and revocable."""
