"""The rules that reading the text decides. Each takes the root and returns its findings, "file:line: what is wrong"."""

import re

from tree import files, includes, line_of, strings, text, without_comments_and_strings

# ---- who may include whom ----

ENGINE_ORDER = ("engine", "engine/calendar", "engine/chart", "engine/core", "engine/port", "engine/app")
SHARED_ADAPTERS = ("adapters/uv", "adapters/json")
COMPOSERS = ("adapters/cli", "adapters/main.c")

# What the engine may include beside its own: nothing that asks a clock, a file, a socket or a random source.
ENGINE_SYSTEM = {
    "errno.h", "float.h", "glib.h", "inttypes.h", "limits.h", "math.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h",
    "stdlib.h", "string.h", "openssl/sha.h",
}  # fmt: skip

# A library is known to the rooms named here, and to tests, alone.
CONFINED = {
    "libpq-fe.h": ("adapters/postgres",),
    "curl/": ("adapters/curl",),
    "libical/": ("adapters/ical",),
    "cyaml/": ("adapters/yaml",),
    "yaml.h": ("adapters/yaml",),
    "llhttp.h": ("adapters/http",),
    "uv.h": ("adapters/uv", "adapters/http", "adapters/postgres", "adapters/curl", "adapters/cli", "adapters/main.c"),
    "systemd/": ("adapters/uv", "adapters/cli", "adapters/main.c"),
}


def room_of(path):
    """engine/core/step.c -> engine/core; engine/error.h -> engine; adapters/main.c -> adapters/main.c."""
    parts = path.split("/")
    if path == "adapters/main.c":
        return path
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def may_include(room, other):
    if room == other or room.startswith("tests"):
        return True
    if other.startswith("tests") or other in COMPOSERS:
        return room in COMPOSERS and not other.startswith("tests")
    if room in ENGINE_ORDER:
        return other in ENGINE_ORDER and ENGINE_ORDER.index(other) < ENGINE_ORDER.index(room)
    return room in COMPOSERS or other in ENGINE_ORDER or other in SHARED_ADAPTERS


def check_includes(root):
    findings = []
    for path in files(root, ".c", ".h", under=("engine", "adapters")):
        room = room_of(str(path))
        for line, ours, header in includes(text(root, path)):
            if ours:
                if "/" not in header:
                    findings.append(f"{path}:{line}: include {header} by its path from the root of the checkout")
                elif not may_include(room, room_of(header)):
                    findings.append(f"{path}:{line}: {room} may not include {room_of(header)} ({header}); "
                                    "the order is calendar < chart < core < port < app < adapters < cli, main")
                continue
            if room in ENGINE_ORDER and header not in ENGINE_SYSTEM:
                findings.append(f"{path}:{line}: the engine may not include <{header}>; allowed: "
                                + " ".join(sorted(ENGINE_SYSTEM)))
                continue
            for library, rooms in CONFINED.items():
                if header.startswith(library) and room not in rooms:
                    findings.append(f"{path}:{line}: <{header}> is known to {', '.join(rooms)} alone")
    return findings


# ---- a file is a sitting, a function a screen ----

FILE_LINES = 600
FUNCTION_LINES = 70


def check_lengths(root):
    findings = []
    for path in files(root, ".c", ".h", ".ts", ".tsx", ".py", ".sql"):
        lines = text(root, path).splitlines()
        if len(lines) > FILE_LINES:
            findings.append(f"{path}: {len(lines)} lines, at most {FILE_LINES}; would two files read better?")
        if path.suffix != ".c":
            continue
        # .clang-format puts the braces of a function, and of nothing else, alone into the first column.
        began = None
        for number, line in enumerate(lines, 1):
            if line == "{":
                began = number
            elif line == "}" and began is not None:
                if number - began - 1 > FUNCTION_LINES:
                    findings.append(f"{path}:{began}: a function of {number - began - 1} lines, "
                                    f"at most {FUNCTION_LINES}")
                began = None
    return findings


# ---- SQL stands in .sql files ----

SQL = re.compile(
    r"\bselect\b\s+(?:.+\bfrom\b|\*|[a-z_0-9.]+\()|\binsert\s+into\b|\bupdate\s+[a-z_.\"%]+\s+set\b|\bdelete\s+from\b"
    r"|\b(?:create|alter|drop|truncate)\s+(?:table|index|schema|role|view|function)\b|^\s*set\s+(?:local|session|role)\b"
    r"|\bset\s+(?:local|session)\s|^\s*(?:listen|notify)\s+[a-z_\"%]+\s*;?\s*$",
    re.I | re.S,
)


def check_sql(root):
    return [
        f'{path}:{line}: SQL in a C string ("{string[:50]}"); write it as a file of schema/queries'
        for path in files(root, ".c", ".h", under=("engine", "adapters"))
        for line, string in strings(text(root, path))
        if SQL.search(string)
    ]


# ---- functions of the C library that we do not use ----

BANNED = {
    "strcpy": "g_strlcpy or GString", "strcat": "GString", "strncpy": "g_strlcpy", "strncat": "GString",
    "sprintf": "g_snprintf or GString", "vsprintf": "g_vsnprintf or GString", "strtok": "g_strsplit",
    "localtime": "engine/calendar", "gmtime": "engine/calendar", "ctime": "engine/calendar",
    "asctime": "engine/calendar", "atoi": "g_ascii_string_to_signed", "atol": "g_ascii_string_to_signed",
    "atoll": "g_ascii_string_to_signed", "atof": "g_ascii_strtod", "gets": "fgets", "mktemp": "mkstemp",
    "tmpnam": "mkstemp", "alloca": "g_malloc", "system": "nothing",
}  # fmt: skip
BANNED_CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")


def check_banned(root):
    findings = []
    for path in files(root, ".c", ".h"):
        source = without_comments_and_strings(text(root, path))
        for match in BANNED_CALL.finditer(source):
            name = match.group(1)
            findings.append(f"{path}:{line_of(source, match.start())}: {name}() is not used here; use {BANNED[name]}")
    return findings


# ---- words ----

SOURCE = (".c", ".h", ".sql", ".ts", ".tsx", ".py", ".sh", ".yaml", ".yml", ".txt", "")
# Written so that the patterns do not find themselves.
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b|not (?:yet )?implement[e]d|\bstu[b](?:bed)?\b|\bfor no[w]\b")
MACHINE = re.compile(r"(?:^|[^\w.])/(?:wor[k]|far[m])/|/tmp/(?:studi[o]|bash_job[s])|(?:^|[^\w.])/home/[a-z]")


def check_words(root):
    return [
        f"{path}:{number}: {match.group().strip()}: finish it, or write an issue"
        for path in files(root, *SOURCE)
        for number, line in enumerate(text(root, path).splitlines(), 1)
        for match in UNFINISHED.finditer(line)
    ]


def check_paths(root):
    top = [path.relative_to(root) for path in sorted(root.iterdir()) if path.is_file()]
    return [
        f"{path}:{number}: a path of one machine ({match.group().strip()})"
        for path in top + files(root)
        for number, line in enumerate(text(root, path).splitlines(), 1)
        for match in MACHINE.finditer(line)
    ]


RULES = {
    "includes": check_includes,
    "lengths": check_lengths,
    "sql": check_sql,
    "banned": check_banned,
    "words": check_words,
    "paths": check_paths,
}
