"""One measured run: of the yardstick by pgbench, or of the daemon by the load generator; with what each process used."""

import glob
import json
import os
import re
import resource
import subprocess
import time

from cluster import Failed, program

TICK = os.sysconf("SC_CLK_TCK")


def stat_of(pid):
    """(parent, own CPU seconds, those of its ended children)."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return int(fields[1]), (int(fields[11]) + int(fields[12])) / TICK, (int(fields[13]) + int(fields[14])) / TICK


def cpu_of(pid):
    """CPU seconds of one process, all its threads."""
    return stat_of(pid)[1]


def cpu_of_machine():
    """(busy, idle) CPU seconds of all processors; stolen time counts as busy."""
    with open("/proc/stat", encoding="ascii") as file:
        ticks = [int(word) for word in file.readline().split()[1:9]]
    idle = ticks[3] + ticks[4]
    return (sum(ticks) - idle) / TICK, idle / TICK


def cpu_of_server(postmaster):
    """CPU seconds of a PostgreSQL server: every process, those included that have ended."""
    _, own, ended = stat_of(postmaster)
    total = own + ended
    for path in glob.glob("/proc/[0-9]*"):
        try:
            parent, own, _ = stat_of(os.path.basename(path))
        except OSError:
            continue
        if parent == postmaster:
            total += own
    return total


def wal_position(cluster):
    return int(cluster.psql("postgres", "-c", "select pg_current_wal_insert_lsn() - '0/0'"))


class Used:
    """What was used between its making and end()."""

    def __init__(self, cluster, **pids):
        self.cluster, self.pids = cluster, pids
        self.wal = wal_position(cluster)
        self.before = self.now()
        self.machine = cpu_of_machine()
        self.began = time.monotonic()

    def now(self):
        used = {name: cpu_of(pid) for name, pid in self.pids.items()}
        used["postgresql"] = cpu_of_server(self.cluster.pid())
        return used

    def end(self, transitions, settle=0.0):
        """With `settle`: the work is over, and its processes are given so many seconds to be gone."""
        seconds = time.monotonic() - self.began
        busy, idle = (at_end - at_start for at_end, at_start in zip(cpu_of_machine(), self.machine))
        time.sleep(settle)
        after = self.now()
        wal = wal_position(self.cluster) - self.wal
        spent = {name: after[name] - self.before[name] for name in after}
        return {
            "cpu": {name: round(value / seconds, 3) for name, value in spent.items()},
            "cpu_us_each": {name: round(value * 1e6 / max(transitions, 1), 1) for name, value in spent.items()},
            "wal_bytes_each": round(wal / max(transitions, 1)),
            "machine": {"busy": round(busy / seconds, 3), "idle": round(idle / seconds, 3)},
        }


def cpu_of_children():
    """CPU seconds of this program's own ended children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def add_generator(result, spent, seconds, transitions):
    result["cpu"]["generator"] = round(spent / seconds, 3)
    result["cpu_us_each"]["generator"] = round(spent * 1e6 / max(transitions, 1), 1)


def percentile(values, part):
    return values[min(len(values) - 1, int(len(values) * part))] if values else 0


def run_pgbench(cluster, work, script, cases, clients, seconds, each=1):
    """One run of the yardstick; `each` transitions a call. Latencies are those of a tenth of the calls."""
    prefix = os.path.join(work, "pgbench_log")
    used = Used(cluster)
    process = subprocess.Popen(
        [program("pgbench"), "-n", "-M", "prepared", "-f", script, "-D", f"cases={cases}", "-c", str(clients),
         "-j", "2", "-T", str(seconds), "-l", "--sampling-rate=0.1", f"--log-prefix={prefix}",
         cluster.conninfo("yardstick")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    before = cpu_of_children()
    out, err = process.communicate()
    spent = cpu_of_children() - before
    tps = re.search(r"^tps = ([0-9.]+)", out, re.M)
    done = re.search(r"^number of transactions actually processed: ([0-9]+)", out, re.M)
    if process.returncode != 0 or tps is None or done is None:
        raise Failed(f"pgbench: {err or out}")
    latencies = []
    for path in glob.glob(f"{prefix}.*"):
        with open(path, encoding="utf-8") as file:
            latencies += [int(line.split()[2]) for line in file]
        os.unlink(path)
    latencies.sort()
    result = {"rate": float(tps.group(1)) * each, "p50_us": percentile(latencies, 0.5),
              "p99_us": percentile(latencies, 0.99), **used.end(int(done.group(1)) * each, settle=0.3)}
    add_generator(result, spent, seconds, int(done.group(1)) * each)
    return result


def run_load(cluster, daemon, load, options, callers, seconds, warmup):
    """One run against the daemon. Refusals and broken connections fail it: a rate without them is no rate."""
    process = subprocess.Popen([load, "--port", str(daemon.port), "--callers", str(callers), "--seconds", str(seconds),
                                "--warmup", str(warmup), *options], stdout=subprocess.PIPE, text=True)
    if process.stdout.readline() != "begin\n":
        raise Failed("the load generator did not begin")
    figures = daemon.figures()
    used = Used(cluster, daemon=daemon.process.pid, generator=process.pid)
    line = process.stdout.readline()
    if not line:
        raise Failed("the load generator ended early")
    result = json.loads(line)
    result.update(used.end(result["taken"]))
    after = daemon.figures()
    process.wait()
    batches = after["batches"] - figures["batches"]
    result["batch"] = round((after["commands_taken"] - figures["commands_taken"]) / max(batches, 1), 1)
    result["retried"] = after["batches_retried"] - figures["batches_retried"]
    if set(result["statuses"]) - {"200"} or result["broken"] or result["wrong"]:
        raise Failed(f"not every request was taken: {result['statuses']}, {result['broken']} connections broken, "
                     f"{result['wrong']} answers with a wrong version")
    return result
