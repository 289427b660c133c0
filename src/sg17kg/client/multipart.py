"""A file as the body of a request (multipart/form-data, RFC 7578)."""

from secrets import token_hex

_ESCAPED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def form(name: str, content: bytes) -> tuple[str, bytes]:
    """Return the Content-Type and the body of a form whose one field, `file`, holds the bytes of a file of that name."""
    boundary = token_hex(16)
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name.translate(_ESCAPED)}"\r\n\r\n'
    return f"multipart/form-data; boundary={boundary}", head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
