"""The rules that a compiler, nm or clang-format decides."""

import fnmatch
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from pathlib import Path

from tree import files

HERE = Path(__file__).resolve().parent
PURE = ("libtoroku_error.a", "libtoroku_calendar.a", "libtoroku_chart.a", "libtoroku_core.a")


class Skip(Exception):
    """The rule cannot be judged here; the text says why."""


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


# ---- the pure libraries ask nothing of the world ----


def symbols(library, *options):
    result = run("nm", "--format=posix", *options, str(library))
    if result.returncode != 0:
        raise RuntimeError(result.stderr.strip())
    member = ""
    for line in result.stdout.splitlines():
        if line.endswith(":"):
            member = line.rsplit("[", 1)[-1].rstrip("]:")
        elif line:
            yield member, line.split()[0]


def allowed_patterns():
    lines = (HERE / "pure_symbols").read_text().splitlines()
    return [word for line in lines if (word := line.split("#")[0].strip())]


def check_symbols(root, build):
    libraries = [build / name for name in PURE if (build / name).exists()]
    if not libraries:
        raise RuntimeError(f"no pure library in {build}; build first")
    own = {name for library in libraries for _, name in symbols(library, "--defined-only")}
    allowed = [p for p in allowed_patterns() if not p.startswith("!")]
    denied = [p[1:] for p in allowed_patterns() if p.startswith("!")]

    def pure(name):
        if any(fnmatch.fnmatchcase(name, p) for p in denied):
            return False
        return name in own or any(fnmatch.fnmatchcase(name, p) for p in allowed)

    return sorted({
        f"{library.name}({member}): uses {name}, which tests/tidy/pure_symbols does not allow: "
        "the pure rooms know no clock, I/O, environment or randomness"
        for library in libraries
        for member, name in symbols(library, "--undefined-only")
        if not pure(name)
    })


# ---- each header compiles alone ----

PACKAGES = ("glib-2.0", "libuv", "libpq", "libcyaml", "yaml-0.1", "jansson", "libcurl", "libcrypto", "libsodium",
            "libsystemd", "criterion")  # fmt: skip
LLHTTP = "/usr/share/include/llhttp"


def check_headers(root, build):
    flags = run("pkg-config", "--cflags", *PACKAGES).stdout.split()
    # Headers that the build generates stand in its own folder.
    command = ["cc", "-fsyntax-only", "-x", "c", "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", f"-I{root}",
               f"-I{build}/generated", f"-isystem{LLHTTP}", *flags]  # fmt: skip

    def compile_alone(path):
        # Included by a file of one line, so that "#pragma once in main file" and the like do not matter.
        source = f'#include "{path}"\n'
        result = subprocess.run([*command, "-"], input=source, capture_output=True, text=True, check=False)
        errors = [line for line in result.stderr.splitlines() if "error:" in line]
        return [f"{path} does not compile alone: {(errors or [result.stderr.strip()])[0]}"] if result.returncode else []

    with ThreadPoolExecutor(cpu_count()) as pool:
        return sum(pool.map(compile_alone, files(root, ".h", under=("engine", "adapters", "tests"))), [])


# ---- clang-format ----

FORMAT_VERSION = "14"


def check_format(root, build):
    tool = shutil.which(f"clang-format-{FORMAT_VERSION}")
    if tool is None:
        raise Skip(f"clang-format-{FORMAT_VERSION} is not installed; other versions format differently")
    paths = files(root, ".c", ".h", under=("engine", "adapters", "tests"))
    result = subprocess.run([tool, "--dry-run", "-Werror", *map(str, paths)], cwd=root, capture_output=True, text=True,
                            check=False)  # fmt: skip
    if result.returncode == 0:
        return []
    named = {line.split(":")[0] for line in result.stderr.splitlines() if ": error:" in line}
    return [f"{path}: not formatted; run clang-format-{FORMAT_VERSION} -i {path}" for path in sorted(named)] or [
        result.stderr.strip()
    ]


RULES = {"symbols": check_symbols, "headers": check_headers, "format": check_format}
