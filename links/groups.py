"""
The groups of the link sockets. A binding sends to one of these names and a demultiplexer joins
it: the workshop spelled two of them differently on the two sides, and those frames reached nobody.
"""

LINKS = "link-updates"
TAGS = "tag-updates"
LINKTAGS = "linktag-updates"
PAGE = "links-page"  # scope of presence: who has it open
