def code_of(frames):
    """The code of the one frame, which is an error."""
    frame, = frames
    return frame["error"]["code"]
