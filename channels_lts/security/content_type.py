"""
The value of a Content-Type header (RFC 7231, 3.1.1.1).
"""
import re

# A quoted value holds no quoted quote or backslash, and a bare one neither: cgi.parse_header and
# Django's parser count quotes differently, and would see other parameters after one. Bare values
# are wider than RFC 7230's tokens: boundaries are sent with "/", ":" or "=".
PARAMETER = re.compile(r"""
    [ \t]* ; [ \t]*
    (?: ([!#$%&'*+\-.^_`|~0-9A-Za-z]+) [ \t]*
        (?: = [ \t]* (?: "( (?: [^"\\] | \\[^"\\] )* )" | ([^ \t;"\\]*) ) )? )?
    (?= [ \t]* (?: ; | \Z ) )""", re.VERBOSE)
TYPE = re.compile(r"[^;\"\\]*")


def parse(text):
    """
    The type and the parameters, [(name, value)], each as often as it was sent; names in lower case,
    values as quoted. Raises ValueError if two parsers might read it differently.
    """
    end = TYPE.match(text).end()
    kind, parameters = text[:end].strip(" \t"), []
    while text[end:].strip(" \t"):
        found = PARAMETER.match(text, end)
        if found is None:
            raise ValueError("malformed parameters: %r" % text[end:])
        end = found.end()
        name, quoted, bare = found.groups()
        value = bare if quoted is None else quoted
        if value is not None:  # "application/json; utf-8" occurs, and names nothing
            parameters.append((name.lower(), value))
    return kind, parameters


def values(parameters, name):
    """
    The values of one parameter. Includes its RFC 2231 names (`name*`, `name*0`), as sent: parsers
    differ in whether they support these.
    """
    return [value for each, value in parameters if each.partition("*")[0] == name]
