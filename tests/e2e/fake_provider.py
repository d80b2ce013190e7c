"""What the fakes of lease providers share: a server with faults that are switched on, from Python or over HTTP.

    fake = FakeInfluxdb()                                  # in a test's own process
    python3 fake_influxdb.py --port 0                      # or as a program: prints "ready http://127.0.0.1:PORT"

Behind /control, for who runs it as a program: GET tells what there is, POST takes a JSON object of

    fault     {"on": operation or "*", "do": what, "times": how often (1), ...}: what happens to the next requests
    clear     true: no faults any more, and counting begins anew
    and what the fake itself has.

A fault does one of
    delay         "seconds" before it is executed
    hang          is taken and never answered, nor executed
    late          is executed "seconds" later, when nobody waits any more: the connection ends at once
    drop-before   the connection ends, nothing is executed
    drop-after    it is executed, and the connection ends
    status        is answered "status", with "headers" and "body" (a text), not executed
    execute-then  is executed, then answered "status", "headers" and "body"
    truncate      is executed, and the answer breaks off in its middle
    cut-json      is executed, and its answer is half of its JSON, complete as far as HTTP knows
State lives as long as the fake: restarts of whoever asks it change nothing.
"""

import argparse
import collections
import http.server
import json
import threading
import time
import urllib.parse


class Fault:
    def __init__(self, do, on="*", times=1, seconds=0.0, status=500, body="", headers=None):
        self.do, self.on, self.left = do, on, times
        self.seconds, self.status, self.body, self.headers = seconds, status, body, headers or {}


class Request:
    def __init__(self, handler, body):
        parts = urllib.parse.urlsplit(handler.path)
        self.method, self.path, self.body = handler.command, parts.path, body
        self.query = dict(urllib.parse.parse_qsl(parts.query))
        self.authorization = handler.headers.get("Authorization", "")

    @property
    def object(self):
        """The body as a JSON object; None when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


class FakeProvider:
    """Subclasses have operation(request) -> name or None, and respond(request) -> (status, object or None[, headers])."""

    def __init__(self, port=0):
        self.lock = threading.RLock()  # guards all state, of subclasses too
        self.counts = collections.Counter()  # of requests, by operation
        self.faults = []
        self.closing = threading.Event()
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fake._serve(self, Request(self, body))

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request, client_address):
                pass  # a connection that ended early

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    # What subclasses have.

    def operation(self, request):
        raise NotImplementedError

    def respond(self, request):
        raise NotImplementedError

    def state(self):
        return {}

    def control(self, wanted):
        pass

    # Switches.

    def fault(self, do, **how):
        with self.lock:
            self.faults.append(Fault(do, **how))

    def clear(self):
        with self.lock:
            self.faults.clear()
            self.counts.clear()

    def count(self, operation):
        with self.lock:
            return self.counts[operation]

    # Inside.

    def _next_fault(self, operation):
        with self.lock:
            for fault in self.faults:
                if fault.on in ("*", operation) and fault.left > 0:
                    fault.left -= 1
                    return fault
        return None

    def _execute(self, request):
        with self.lock:
            answer = self.respond(request)
        status, body, headers = answer if len(answer) == 3 else (*answer, {})
        return status, b"" if body is None else json.dumps(body).encode(), headers

    def _serve(self, handler, request):
        if request.path == "/control":
            return self._send(handler, *self._controlled(request))
        operation = self.operation(request)
        with self.lock:
            self.counts[operation or "unknown"] += 1
        fault = self._next_fault(operation)
        if fault is None:
            return self._send(handler, *self._execute(request))
        return self._misbehave(handler, request, fault)

    def _misbehave(self, handler, request, fault):
        if fault.do == "delay":
            self.closing.wait(fault.seconds)
            return self._send(handler, *self._execute(request))
        if fault.do == "status":
            return self._send(handler, fault.status, fault.body.encode(), fault.headers)
        if fault.do == "execute-then":
            self._execute(request)
            return self._send(handler, fault.status, fault.body.encode(), fault.headers)
        if fault.do == "cut-json":
            status, body, headers = self._execute(request)
            return self._send(handler, status, body[: len(body) // 2], headers)
        handler.close_connection = True
        if fault.do == "hang":
            self.closing.wait()
        elif fault.do == "late":
            threading.Thread(target=self._execute_later, args=(request, fault.seconds), daemon=True).start()
        elif fault.do == "drop-after":
            self._execute(request)
        elif fault.do == "truncate":
            status, body, headers = self._execute(request)
            self._send(handler, status, body[: len(body) // 2], headers, length=len(body))
        elif fault.do != "drop-before":
            raise ValueError(f"there is no fault {fault.do!r}")
        return None

    def _execute_later(self, request, seconds):
        self.closing.wait(seconds)
        self._execute(request)

    def _controlled(self, request):
        if request.method == "POST":
            wanted = json.loads(request.body)
            if "clear" in wanted:
                self.clear()
            if "fault" in wanted:
                self.fault(**wanted["fault"])
            with self.lock:
                self.control(wanted)
        with self.lock:
            return 200, json.dumps({"counts": self.counts, **self.state()}).encode(), {}

    def _send(self, handler, status, body, headers, length=None):
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json; charset=utf-8", **headers}.items():
            handler.send_header(name, value)
        if status != 204:
            handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        try:
            handler.wfile.write(body)
        except OSError:
            pass  # the other side had enough


def run(make):
    """The program: runs until its standard input ends or it is killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    fake = make(parser.parse_args().port)
    print("ready", fake.url, flush=True)
    while True:
        time.sleep(3600)
