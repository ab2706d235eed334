from channels_lts.binding import Demultiplexer

from .bindings import LinkBinding, LinkTagBinding, TagBinding


class APIDemultiplexer(Demultiplexer):
    bindings = [LinkBinding, TagBinding, LinkTagBinding]


class LinkDemultiplexer(Demultiplexer):
    bindings = [LinkBinding]


class TagDemultiplexer(Demultiplexer):
    bindings = [TagBinding]


class LinkTagDemultiplexer(Demultiplexer):
    bindings = [LinkTagBinding]
