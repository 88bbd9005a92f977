"""A private PostgreSQL cluster of one's own, durable like a real one, that may be kept for the next run."""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

# As the yardstick demands; a checkpoint comes when the run asks for it and never by itself.
SETTINGS = {
    "listen_addresses": "''",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "200",
    "checkpoint_timeout": "1h",
    "max_wal_size": "40GB",
    # A server that has run for a day writes into recycled segments; making new ones costs a long fsync each.
    "min_wal_size": "8GB",
    "log_min_messages": "warning",
    "timezone": "'UTC'",
}


class Failed(Exception):
    """Something that the run needs could not be done; the text tells what."""


def program(name):
    """The path of a program of PostgreSQL's server packages."""
    config = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
    folders = [os.environ.get("TOROKU_PG_BIN", ""), config.stdout.strip(),
               *map(str, sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))]
    for folder in folders:
        path = os.path.join(folder, name)
        if folder and os.access(path, os.X_OK):
            return path
    found = shutil.which(name)
    if found is None:
        raise Failed(f"{name} was not found; install postgresql or set TOROKU_PG_BIN")
    return found


def as_server(command):
    """PostgreSQL does not run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command


class Cluster:
    """In `keep`, or in a folder that is removed at the end. Its socket is in the folder too: no port is taken."""

    def __init__(self, keep, shared_buffers):
        self.kept = keep is not None
        self.home = os.path.abspath(keep) if keep else tempfile.mkdtemp(prefix="toroku-bench.", dir="/var/tmp")
        self.data = os.path.join(self.home, "data")
        self.settings = {**SETTINGS, "shared_buffers": shared_buffers, "unix_socket_directories": f"'{self.home}'"}
        os.makedirs(self.home, exist_ok=True)
        if os.getuid() == 0:
            shutil.chown(self.home, pwd.getpwnam("postgres").pw_uid)
        os.chmod(self.home, 0o755)

    def run(self, name, *arguments):
        command = as_server([program(name), *arguments])
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"{' '.join(command)}: {done.stderr or done.stdout}")

    def is_running(self):
        """Is a server there already, from a run that was killed, or another that runs now?"""
        try:
            os.kill(self.pid(), 0)
        except (OSError, ValueError):
            return False
        return True

    def start(self):
        if self.is_running():
            raise Failed(f"a PostgreSQL server (process {self.pid()}) runs in {self.home} already; end it first")
        if not os.path.exists(os.path.join(self.data, "PG_VERSION")):
            self.run("initdb", "-D", self.data, "-U", "toroku", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        lines = "".join(f"{key} = {value}\n" for key, value in self.settings.items())
        # postgresql.auto.conf is read last and is ours alone: nobody uses ALTER SYSTEM here.
        subprocess.run(as_server(["tee", os.path.join(self.data, "postgresql.auto.conf")]), input=lines, text=True,
                       stdout=subprocess.DEVNULL, check=True)
        self.run("pg_ctl", "-D", self.data, "-l", os.path.join(self.home, "server.log"), "-w", "-t", "600", "start")

    def stop(self):
        try:
            self.run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", "600", "stop")
        finally:
            if not self.kept:
                shutil.rmtree(self.home, ignore_errors=True)

    def pid(self):
        with open(os.path.join(self.data, "postmaster.pid"), encoding="utf-8") as file:
            return int(file.readline())

    def conninfo(self, database, user="toroku"):
        return f"host={self.home} user={user} dbname={database}"

    def psql(self, database, *arguments, text=None):
        """Runs psql and answers what it printed, unaligned and without headings."""
        command = [program("psql"), "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", self.conninfo(database),
                   *arguments]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"{' '.join(command)}: {done.stderr}")
        return done.stdout.strip()
