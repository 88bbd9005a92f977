"""The daemon under test and the mail server beside it: configuration, start, stop, a few calls of its API."""

import http.client
import json
import os
import socket
import subprocess
import time
import uuid

from cluster import Failed

CONFIG = """\
workflows: {workflows}
database:
  url: "{engine}"
  read_url: "{reader}"
  migrate_url: "{owner}"
  connections: {connections}
http:
  listen: 127.0.0.1:{port}
  connections_max: 8192
mail:
  host: "{mail_host}"
  port: {mail_port}
  tls: none
  from: toroku@example.jp
log:
  level: warning
  format: text
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(process, answers, seconds, what):
    end = time.monotonic() + seconds
    while not answers():
        if process.poll() is not None:
            raise Failed(f"{what} ended with status {process.returncode}")
        if time.monotonic() > end:
            raise Failed(f"{what} did not answer within {seconds} s")
        time.sleep(0.05)


def end(process):
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Mailbox:
    """A real SMTP server that takes every mail."""

    def __init__(self, top, work):
        self.process = subprocess.Popen([os.path.join(top, "deploy", "mailbox"), "--maildir",
                                         os.path.join(work, "mail")], stdout=subprocess.PIPE, text=True)
        words = self.process.stdout.readline().split()
        if len(words) != 2 or words[0] != "ready":
            raise Failed("deploy/mailbox did not start")
        self.port = int(words[1])

    def stop(self):
        end(self.process)


class Daemon:
    def __init__(self, top, toroku, cluster, work, connections, mailbox=None):
        self.toroku = toroku
        self.port = free_port()
        self.config = os.path.join(work, "toroku.yaml")
        self.log = os.path.join(work, "toroku.log")
        self.process = None
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(
                workflows=os.path.join(top, "workflows"), engine=cluster.conninfo("toroku", "engine"),
                reader=cluster.conninfo("toroku", "reader"), owner=cluster.conninfo("toroku"),
                connections=connections, port=self.port, mail_host="127.0.0.1" if mailbox else "",
                mail_port=mailbox.port if mailbox else 25))

    def migrate(self):
        done = subprocess.run([self.toroku, "migrate", "--config", self.config], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise Failed(f"toroku migrate: {done.stderr}")

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.toroku, "serve", "--config", self.config], stdout=log, stderr=log)
        try:
            wait_for(self.process, self.is_ready, 60, "toroku serve")
        except Failed as error:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                raise Failed(f"{error}\n{log.read()[-2000:]}") from error

    def stop(self):
        if self.process is not None:
            end(self.process)
            self.process = None

    def call(self, method, path, token=None, body=b"", headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Accept-Language": "en", **(headers or {})}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        connection.request(method, path, body=body, headers=sent)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        return response.status, text

    def is_ready(self):
        try:
            return self.call("GET", "/health")[0] == 200
        except OSError:
            return False

    def figures(self):
        return json.loads(self.call("GET", "/health")[1])["figures"]

    def post(self, path, token, message, version=None):
        """A command that must be taken; answers what the daemon answered."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        status, text = self.call("POST", path, token, json.dumps(message, ensure_ascii=False).encode(), headers)
        if status not in (200, 201):
            raise Failed(f"{path} {message.get('event', 'open')}: {status} {text.decode(errors='replace')}")
        return json.loads(text)

    def put_document(self, token, path, sha256, media_type):
        with open(path, "rb") as file:
            status, text = self.call("PUT", f"/api/v1/documents/{sha256}?name={os.path.basename(path)}", token,
                                     file.read(), {"Content-Type": media_type})
        if status not in (200, 201, 204):
            raise Failed(f"{path}: {status} {text.decode(errors='replace')}")
