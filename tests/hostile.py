"""Bodies that cost a careless parser minutes, from fifty kilobytes up to megabytes."""

from collections.abc import Mapping

SMALL, LARGE = 50_000, 5_000_000


def _filled(unit: str, size: int = SMALL) -> str:
    return unit * (size // len(unit))


UNITS = {
    "quoted and not": "> a\nb\n",
    "nested lists": "<ul><li>x",
    "nested numbered lists": "<ol><li>",
    "definitions": "<dl><dd>",
    "unclosed div": "<div>",
    "unclosed paragraphs": "<p>",
    "unclosed bold": "<b>",
    "bold and paragraphs": "<b>x<p>",
    "looks that differ": "<font size=1><b id=a><i class=b>",
    "italics around lists": "<i><ul></i><li>",
    "tables": "<table><tr><td>",
    "cells that close nothing": "<td></b><b>",
    "quotes": "<blockquote>q",
    "history by class": "<div class='gmail_quote'>q",
    "history by a line": "<p style='border-top:1px'>From: a<br>",
    "forms": "<form>x</form>",
    "unclosed forms": "<form><svg>",
    "links": "<a href='https://x.example/'>y",
    "links in lists": "<li><a href='https://x.example/'>y",
    "images": "<img alt='a b'>",
    "bare brackets": "<",
    "bare ampersands": "&",
    "short entities": "&ab",
    "long entities": "&abcdefghijklmnopqrstuvwxyzabcde",
    "numbers": "&#0000000000000000065;",
    "unclosed comments": "<!--",
    "comments": "<!---->x",
    "unclosed tags": "<p ",
    "unclosed quotes": "<p a='",
    "attributes": "<p " + "a " * 20_000 + ">",
    "blanks after an equals sign": "<p a=" + " " * 20_000 + ">",
    "scripts": "<script>",
    "scripts that end": "<script></script>",
    "combining marks": "\u0315\u0300",
    "zero-width": "a\u200b",
    "bold words": "<b>w</b> ",
    "line breaks": "<br>x",
    "code": "<pre>c\n</pre>",
    "wrote": "on aaaaa\n",
    "headers": "from:\n",
    "rules": "-" * 1000 + " ",
    "years": "2026年1月1日aaaaaa\n",
    "half a code": "bI5fR3oN40708G6",
    "links of customers": "acme.ladesk.com/index.php?",
    "links of customers, deep": "acme.ladesk.com/a/b/c/",
    "links of customers, almost": "acme.ladesk.com/?cid=bI5fR3oN40708G6",
    "panel links": "https://acme.ladesk.com/agent/#Conversation;",
    "dots": "a.",
    "hyphens": "a-",
}
HOSTILE: Mapping[str, str] = {
    **{name: _filled(unit) for name, unit in UNITS.items()},
    **{
        f"{name}, as HTML": "<p>" + _filled(unit) for name, unit in UNITS.items() if "<" not in unit
    },
    "one word": _filled("w", 1_000_000),
    "one word, as HTML": "<p>" + _filled("w", 1_000_000),
    "a link's words": "<a href='https://x.example/'>" + _filled("a.", 1_000_000) + "</a>",
    "a link's address": "<a href='https://" + _filled("a.", 1_000_000) + "'>x</a>",
    "a number": "&#" + _filled("9"),
    "a number, as HTML": "<p>&#" + _filled("9"),
    "megabytes of HTML": _filled("<p>Hello <b>world</b>, &amp; so on</p>", LARGE),
    "megabytes of brackets": _filled("<", LARGE),
    "megabytes of lines": _filled("> a\nb\n", LARGE),
}
