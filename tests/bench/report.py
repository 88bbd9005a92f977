"""Figures for people: a table of medians with their spread, and a small plot."""

from statistics import median


def spread(values):
    return f"{median(values):,.0f} ({min(values):,.0f}–{max(values):,.0f})"


def milliseconds(runs, key):
    return f"{median(run[key] for run in runs) / 1000:.1f}"


def cpu_text(runs):
    names = [name for name in ("daemon", "postgresql", "generator") if name in runs[0]["cpu"]]
    return " / ".join(f"{median(run['cpu'][name] for run in runs):.2f}" for name in names), \
        " / ".join(f"{median(run['cpu_us_each'][name] for run in runs):.0f}" for name in names)


def others(run):
    """CPUs that were busy with neither side nor their callers."""
    return run["machine"]["busy"] - sum(run["cpu"].values())


def ratios(rounds, name):
    """Of each round: its rate against the yardstick at 64 clients in the same round."""
    return [r[name]["rate"] / r["yardstick 64"]["rate"] for r in rounds]


def table(rounds):
    heads = ("run", "transitions/s", "× yardstick 64", "p50 ms", "p99 ms", "batch", "CPUs used *", "CPU µs each *",
             "WAL kB each", "others / idle †")
    rows = []
    for name in rounds[0]:
        runs = [r[name] for r in rounds]
        shares, each = cpu_text(runs)
        ratio = ratios(rounds, name)
        rows.append((
            name, spread([run["rate"] for run in runs]),
            f"{median(ratio):.2f} ({min(ratio):.2f}–{max(ratio):.2f})",
            milliseconds(runs, "p50_us"), milliseconds(runs, "p99_us"),
            f"{median(run['batch'] for run in runs):.0f}" if "batch" in runs[0] else "", shares, each,
            f"{median(run['wal_bytes_each'] for run in runs) / 1000:.1f}",
            f"{median(others(run) for run in runs):.2f} / {median(run['machine']['idle'] for run in runs):.2f}"))
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in (heads, *rows)]
    lines.insert(1, "  ".join("-" * width for width in widths))
    lines.append("* daemon / PostgreSQL / generator; of the yardstick PostgreSQL / pgbench. Medians (least–most) of "
                 f"{len(rounds)} rounds.")
    lines.append("† CPUs that the kernel and strangers used, and that nobody used. Strangers take more from few processes "
                 "than from pgbench's many: with more than about 0.3 the ratios mean little.")
    return "\n".join(lines)


def plot(rounds):
    """An SVG: a bar for each median rate, a dot for each round."""
    names = list(rounds[0])
    top = max(r[name]["rate"] for r in rounds for name in names) * 1.1
    left, width, height = 130, 480, 28
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 90}" '
             f'height="{height * len(names) + 40}" font-family="sans-serif" font-size="13">',
             '<rect width="100%" height="100%" fill="#fff"/>',
             '<text x="8" y="20">transitions per second</text>']
    for i, name in enumerate(names):
        y = 34 + i * height
        rates = [r[name]["rate"] for r in rounds]
        colour = "#9aa3ad" if name.startswith(("yardstick", "limit")) else "#0055ad"
        parts.append(f'<text x="8" y="{y + 14}">{name}</text>'
                     f'<rect x="{left}" y="{y}" width="{width * median(rates) / top:.1f}" height="18" fill="{colour}"/>'
                     f'<text x="{left + width * max(rates) / top + 8:.1f}" y="{y + 14}">{median(rates):,.0f}</text>')
        parts += [f'<circle cx="{left + width * rate / top:.1f}" cy="{y + 9}" r="3" fill="#1a1a1c"/>'
                  for rate in rates]
    return "\n".join([*parts, "</svg>", ""])
