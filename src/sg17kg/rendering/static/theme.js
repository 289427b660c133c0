// Before anything is drawn: the colours that the reader chose
try { const theme = localStorage.getItem("theme"); if (theme) document.documentElement.dataset.theme = theme; } catch { /* storage is closed: the system's colours */ }
