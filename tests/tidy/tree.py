"""The source tree as the rules see it: which files there are, and C without its comments."""

import re
from pathlib import Path

ROOMS = ("engine", "adapters", "schema", "workflows", "tests", "deploy", ".ci")
# Bulk data and installed packages are not ours to judge.
SKIPPED = {"node_modules", "dist", "__pycache__", "data"}


def files(root, *suffixes, under=ROOMS):
    """Every file of the rooms with one of the suffixes (any file when none is given), relative, sorted."""
    found = []
    for room in under:
        for path in (root / room).rglob("*"):
            relative = path.relative_to(root)
            if path.is_file() and not SKIPPED & set(relative.parts) and (not suffixes or path.suffix in suffixes):
                found.append(relative)
    return sorted(found)


def text(root, path):
    return (root / path).read_text(encoding="utf-8", errors="replace")


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank(match):
    """Newlines only, so that line numbers stay."""
    return "\n" * match.group().count("\n")


def without_comments(source):
    return TOKEN.sub(lambda m: blank(m) if m.group()[0] == "/" else m.group(), source)


def without_comments_and_strings(source):
    return TOKEN.sub(lambda m: (blank(m) if m.group()[0] == "/" else m.group()[0] * 2), source)


INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def line_of(source, position):
    return source.count("\n", 0, position) + 1


def includes(source):
    """(line, is_ours, header) of every include line."""
    bare = without_comments(source)
    return [(line_of(bare, m.start(1)), m.group(1) == '"', m.group(2)) for m in INCLUDE.finditer(bare)]


STRINGS = re.compile(r'"(?:\\.|[^"\\\n])*"(?:\s*(?:[A-Z][A-Za-z0-9_]*\s*)?"(?:\\.|[^"\\\n])*")*', re.S)


def strings(source):
    """(line, text) of every string literal; adjacent ones, also with a macro such as PRId64 between, are one."""
    bare = without_comments(source)
    pieces = re.compile(r'"((?:\\.|[^"\\\n])*)"')
    return [(line_of(bare, m.start()), "".join(pieces.findall(m.group()))) for m in STRINGS.finditer(bare)]
