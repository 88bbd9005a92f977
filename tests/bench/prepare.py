"""Prepared cases: two are brought through the daemon's API to their technical review, the others are copies of their rows."""

import hashlib
import json
import os
import pathlib

from cluster import Failed

DAY_US = 86_400_000_000
# Copies were made on one of so many days, so that nothing falls due: a review's first reminder comes after about 90
# days, that of an open inquiry or correction after about 10.
FIRST_DAYS, SECOND_DAYS = 80, 5
ORGS = 1000

# What alternates: who raises it, the event, its input.
CYCLES = {
    "inquiry": (("ask", "inquiry.json"), ("answer", "answer.json")),
    "correction": (("return", "correction-request.json"), ("resubmit", "corrected-application.json")),
}


def example(top, name):
    with open(os.path.join(top, "workflows", "examples", name), encoding="utf-8") as file:
        return json.load(file)


def fingerprint(top, cases, cycle):
    """Changes with everything that the prepared rows depend on."""
    digest = hashlib.sha256(f"{cases} {cycle}".encode())
    for folder in ("schema/migrations", "workflows", "tests/bench"):
        for path in sorted(pathlib.Path(top, folder).rglob("*")):
            if path.suffix in (".sql", ".yaml") and path.is_file():
                digest.update(path.read_bytes())
    digest.update(pathlib.Path(__file__).read_bytes())
    return digest.hexdigest()


def template_case(top, daemon, subject, events):
    """Opens, files and accepts an application about `subject`, then raises `events` of the review; its number."""
    application = example(top, "application.json")
    for field in ("statement", "written_representation", "audit_report"):
        document = application[field]
        daemon.put_document("owner-1", os.path.join(top, "workflows", "examples", "documents", document["name"]),
                            document["sha256"], document["media_type"])
    opened = daemon.post("/api/v1/cases", "owner-1", {"workflow": "service-application", "subject": subject,
                                                      "data": example(top, "opening.json")})
    path = f"/api/v1/cases/{opened['case']}/events"
    filed = daemon.post(path, "owner-1", {"event": "submit", "data": application}, opened["version"])
    last = daemon.post(path, "staff-1", {"event": "accept"}, filed["version"])
    for event, data in events:
        last = daemon.post(path, "staff-1", {"event": event, "data": example(top, data)}, last["version"])
    return opened["case"]


def moved(body, days):
    """The body of a case whose deadlines were armed `days` earlier."""
    value = json.loads(body)
    for deadline in value["deadlines"]:
        for key in ("anchor", "due", "next"):
            if key in deadline:
                deadline[key] -= days * DAY_US
        for key in ("anchor_day", "last_day"):
            if key in deadline:
                deadline[key] -= days
        deadline["stops"] = [[None if at is None else at - days * DAY_US for at in stop]
                             for stop in deadline.get("stops", [])]
        if not deadline["stops"]:
            del deadline["stops"]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def copy_templates(here, cluster, templates, cases):
    cluster.psql("toroku", "-c", "create table bench_bodies (template int8, day int8, body text not null,"
                 " primary key (template, day))")
    for template, days in templates.items():
        body = cluster.psql("toroku", "-c", f"select body from cases where id = {template}")
        if moved(body, 0) != body:
            raise Failed("the body of a case is not printed as expected; tests/bench/prepare.py must learn its form")
        rows = "".join(f"{template}\t{day}\t{moved(body, day)}\n".replace("\\", "\\\\") for day in range(days))
        cluster.psql("toroku", "-c", "\\copy bench_bodies from pstdin", text=rows)
    cluster.psql("toroku", "-v", f"first={min(templates)}", "-v", f"second={max(templates)}", "-v", f"cases={cases}",
                 "-f", os.path.join(here, "copy.sql"))


def prepare(top, cluster, daemon, cases, cycle, say):
    """Makes both databases, unless a kept cluster has them as they would be made."""
    here = os.path.join(top, "tests", "bench")
    databases = cluster.psql("postgres", "-c", "select datname from pg_database").split("\n")
    wanted = fingerprint(top, cases, cycle)
    if "bench" in databases:
        if cluster.psql("bench", "-c", "select fingerprint from prepared") == wanted:
            say(f"the kept cluster has its {cases} cases")
            return
        cluster.psql("postgres", "-c", "drop database bench with (force)")
    say(f"preparing {cases} cases (two through the API, the others copied) and as many for the yardstick")
    for name in ("toroku", "yardstick"):
        cluster.psql("postgres", "-c", f"drop database if exists {name} with (force)", "-c", f"create database {name}")
    daemon.migrate()
    cluster.psql("toroku", "-v", f"orgs={ORGS}", "-v", f"cases={cases}", "-f", os.path.join(here, "people.sql"))
    daemon.start()
    try:
        first = template_case(top, daemon, 1, ())
        second = template_case(top, daemon, 1 + ORGS, CYCLES[cycle][:1])
    finally:
        daemon.stop()
    prefix, low = first.rsplit("-", 1)
    high = second.rsplit("-", 1)[1]
    copy_templates(here, cluster, {low: FIRST_DAYS, high: SECOND_DAYS}, cases)
    cluster.psql("yardstick", "-v", f"cases={cases}", "-f", os.path.join(here, "yardstick", "schema.sql"))
    cluster.psql("yardstick", "-c", "vacuum (analyze)")
    base = cluster.psql("toroku", "-c", f"select seq from cases where id = {low}")
    cluster.psql("postgres", "-c", "create database bench")
    cluster.psql("bench", "-c", "create table prepared (fingerprint text, prefix text, template int8, base int4)",
                 "-c", f"insert into prepared values ('{wanted}', '{prefix}', {high}, {base})")


def load_arguments(top, cluster, work, cycle):
    """The options of toroku_load that say what to raise on which cases, as they stand now."""
    prefix, template, base = cluster.psql("bench", "-c", "select prefix, template, base from prepared").split("|")
    files = {name: os.path.join(work, name) for name in ("cases", "staff", "owners", "first", "second")}
    cluster.psql("toroku", "-c", "\\copy (select c.id, c.seq, substr(o.code, 5)::int4 - 1 from cases c join"
                 f" organisations o on o.id = c.owner_org where c.id > {template}) to '{files['cases']}' (delimiter ' ')")
    for name, tokens in (("staff", (f"staff-{i + 1}" for i in range(10))),
                         ("owners", (f"owner-{i + 1}" for i in range(ORGS)))):
        with open(files[name], "w", encoding="utf-8") as file:
            file.write("\n".join(tokens) + "\n")
    for name, (event, data) in zip(("first", "second"), CYCLES[cycle]):
        with open(files[name], "w", encoding="utf-8") as file:
            json.dump({"event": event, "data": example(top, data)}, file, ensure_ascii=False, separators=(",", ":"))
    options = ["--prefix", prefix, "--base", base]
    for name, path in files.items():
        options += [f"--{name}", path]
    return options
