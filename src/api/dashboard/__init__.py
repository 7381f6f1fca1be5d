"""The dashboard: pages for people, made on the server, and what they need in the browser."""
