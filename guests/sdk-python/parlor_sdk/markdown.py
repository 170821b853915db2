"""Markdown, which bots write and the host renders for each network."""


def escape(text: str) -> str:
    r"""A text that reads the same after it was rendered: for what people wrote, in what a bot says. Indentation is not
    kept: Markdown has no sign for it.

    >>> print(escape("*not* bold, `no` code"))
    \*not\* bold, \`no\` code
    >>> print(escape("snake_case: a <b> & c"))
    snake_case: a \<b> & c
    """
    escaped = []
    before = "\n"
    # Whether only spaces, or only digits, came on this line so far.
    blank, digits = True, False
    for at, char in enumerate(text):
        after = text[at + 1] if at + 1 < len(text) else "\n"
        if _special(char, before, after, blank, digits):
            escaped.append("\\")
        escaped.append(char)
        digits = (blank or digits) and "0" <= char <= "9"
        blank = char in "\n\r" or (blank and char.isspace())
        before = char
    return "".join(escaped)


def _special(char: str, before: str, after: str, blank: bool, digits: bool) -> bool:
    if char in "\\*`[]<~|":
        return True
    if char == "_":
        # Within a word it stays as it is.
        return not (before.isalnum() and after.isalnum())
    if char == "&":
        return after == "#" or (after.isascii() and after.isalnum())
    if char == ">":
        return blank
    if char in "#-+=":
        # These mean something at the beginning of a line, before a space or several of them: not in `#lobby`.
        return blank and (after.isspace() or after == char)
    return char in ".)" and digits and after.isspace()
