"""Path parameter for the number of a text. Dual numbers contain a slash (F.400/X.400), encoded or not."""

from starlette.convertors import StringConvertor, register_url_convertor


class PrintedNumber(StringConvertor):
    """One path segment, and further segments that begin like a number."""

    regex = "[^/]+(?:/[A-Za-z][. ]?[0-9][^/]*)*"


register_url_convertor("printed", PrintedNumber())
IN_PATH = "{number:printed}"
