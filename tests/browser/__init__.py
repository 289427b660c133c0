"""Pages in a real browser: Chromium from Debian, driven by Playwright."""
