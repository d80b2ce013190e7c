"""A fake: ServiceRegistry, Authentication and Blacklist of an Arrowhead 5 local cloud, over HTTP or HTTPS.

Built from arrowhead-authorization 6.6, 9.4, 9.5 and 11; it checks what the real ones check of the requests seen here.
"""

import http.server
import json
import ssl
import threading
import time
import urllib.parse


class Recorded:
    def __init__(self, handler, body):
        self.method = handler.command
        parts = urllib.parse.urlsplit(handler.path)
        self.path = parts.path
        self.query = parts.query
        self.headers = {name.lower(): value for name, value in handler.headers.items()}
        self.body = body
        self.at = time.monotonic()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def key(self):
        """What stands behind Bearer."""
        value = self.headers.get("authorization", "")
        return value.removeprefix("Bearer ") if value.startswith("Bearer ") else None

    def __repr__(self):
        return f"<{self.method} {self.path}?{self.query} {self.body!r}>"


class Fake:
    """A server whose answers are given by respond(request) -> (status, object or bytes)."""

    scheme = "http"

    def __init__(self, port=0, tls=None):
        self.requests = []
        self.lock = threading.Lock()
        self.hang = threading.Event()  # set: requests are taken and never answered
        self.raw_answers = {}  # path -> (status, bytes), in place of respond()
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = Recorded(self, body)
                with fake.lock:
                    fake.requests.append(request)
                while fake.hang.is_set() and not fake.closing:
                    time.sleep(0.02)
                if fake.closing:
                    self.close_connection = True
                    return
                status, answer = fake.raw_answers.get(request.path) or fake.respond(request)
                data = answer if isinstance(answer, bytes) else b"" if answer is None else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                try:
                    self.wfile.write(data)
                except OSError:
                    pass  # the other side had enough

            do_GET = do_POST = do_DELETE = do_PUT = serve

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request, client_address):
                pass  # a connection that ended early

        self.closing = False
        self.server = Server(("127.0.0.1", port), Handler)
        if tls:
            self.scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def respond(self, request):
        return 404, error(404, "DATA_NOT_FOUND", "no such path")

    def close(self):
        self.closing = True
        self.server.shutdown()
        self.server.server_close()

    def seen(self, path_part, method=None):
        with self.lock:
            return [r for r in self.requests if path_part in r.path and method in (None, r.method)]

    def forget_requests(self):
        with self.lock:
            self.requests.clear()


def error(status, kind, message):
    return {"errorMessage": message, "errorCode": status, "exceptionType": kind}


def interface(url, base_path, operations, template="generic_http"):
    parts = urllib.parse.urlsplit(url)
    return {
        "templateName": template,
        "protocol": parts.scheme,
        "policy": "NONE",
        "properties": {
            "accessAddresses": [parts.hostname],
            "accessPort": parts.port,
            "basePath": base_path,
            "operations": {name: {"path": path, "method": method} for name, (method, path) in operations.items()},
        },
    }


class ServiceRegistry(Fake):
    """Systems and services in memory; what others offer is put there by offer()."""

    def __init__(self, port=0, tls=None, authentication=None):
        # Set: callers need one of its tokens, but for finding `identity` who shows none; else anybody may.
        self.authentication = authentication
        self.systems = {}  # name -> what was registered
        self.services = {}  # instance id -> entry as looked up
        self.order = []  # names of services in the order of their registration
        super().__init__(port, tls)
        template = f"generic_{self.scheme}"
        self.template = template
        self.offer(
            "ServiceRegistry",
            "serviceDiscovery",
            interface(
                self.url,
                "/serviceregistry/service-discovery",
                {"register": ("POST", "/register"), "lookup": ("POST", "/lookup"), "revoke": ("DELETE", "/revoke")},
                template,
            ),
        )
        self.offer(
            "ServiceRegistry",
            "systemDiscovery",
            interface(
                self.url,
                "/serviceregistry/system-discovery",
                {"register": ("POST", "/register"), "lookup": ("POST", "/lookup"), "revoke": ("DELETE", "/revoke")},
                template,
            ),
        )

    def offer(self, provider, service, *interfaces):
        instance = f"{provider}|{service}|1.0.0"
        self.services[instance] = {
            "instanceId": instance,
            "provider": {"name": provider},
            "serviceDefinition": {"name": service},
            "version": "1.0.0",
            "interfaces": list(interfaces),
        }
        return instance

    def withdraw(self, provider, service):
        self.services.pop(f"{provider}|{service}|1.0.0", None)

    def of(self, provider):
        return sorted(i for i, entry in self.services.items() if entry["provider"]["name"] == provider)

    def caller(self, request):
        if self.authentication is None:
            return (request.key or "").removeprefix("SYSTEM//") or "Anonymous"
        return self.authentication.holder((request.key or "").removeprefix("IDENTITY-TOKEN//"))

    def respond(self, request):
        caller = self.caller(request)
        finds_identity = (
            request.key is None
            and request.path.endswith("/service-discovery/lookup")
            and request.json.get("serviceDefinitionNames") == ["identity"]
        )
        if caller is None and not finds_identity:
            return 401, error(401, "AUTH", "who are you?")
        if request.path == "/serviceregistry/service-discovery/lookup":
            return self.look_up_services(request)
        if request.path == "/serviceregistry/service-discovery/register":
            body = request.json
            if caller not in self.systems:
                return 400, error(400, "INVALID_PARAMETER", "the system is not registered")
            instance = self.offer(caller, body["serviceDefinitionName"], *body["interfaces"])
            self.order.append(body["serviceDefinitionName"])
            return 201, self.services[instance]
        if request.path.startswith("/serviceregistry/service-discovery/revoke/"):
            instance = urllib.parse.unquote(request.path.rsplit("/", 1)[1])
            return (200 if self.services.pop(instance, None) else 204), None
        if request.path == "/serviceregistry/system-discovery/register":
            self.systems[caller] = request.json
            return 201, {"name": caller, **request.json}
        if request.path == "/serviceregistry/system-discovery/revoke":
            self.services = {i: e for i, e in self.services.items() if e["provider"]["name"] != caller}
            return (200 if self.systems.pop(caller, None) else 204), None
        if request.path == "/serviceregistry/system-discovery/lookup":
            names = request.json["systemNames"]
            entries = [{"name": n, "metadata": s["metadata"]} for n, s in self.systems.items() if n in names]
            return 200, {"entries": entries, "count": len(entries)}
        return 404, error(404, "DATA_NOT_FOUND", "no such path")

    def look_up_services(self, request):
        asked = request.json
        entries = []
        for entry in self.services.values():
            if asked.get("providerNames") and entry["provider"]["name"] not in asked["providerNames"]:
                continue
            if (
                asked.get("serviceDefinitionNames")
                and entry["serviceDefinition"]["name"] not in asked["serviceDefinitionNames"]
            ):
                continue
            templates = asked.get("interfaceTemplateNames")
            if templates and not any(i["templateName"] in templates for i in entry["interfaces"]):
                continue
            entries.append(entry)
        return 200, {"entries": entries, "count": len(entries)}


class Authentication(Fake):
    """Logs in whoever sends the right password, and tells whom a token names."""

    OPERATIONS = {
        "identity-login": ("POST", "/login"),
        "identity-logout": ("POST", "/logout"),
        "identity-verify": ("GET", "/verify"),
    }

    def __init__(self, port=0, tls=None, passwords=None):
        self.passwords = passwords or {}
        self.tokens = {}  # token -> [system, sysop, expires]
        self.lifetime = 3600.0
        self.issued = 0
        super().__init__(port, tls)

    def interface(self, template=None):
        return interface(self.url, "/authentication/identity", self.OPERATIONS, template or f"generic_{self.scheme}")

    def issue(self, system, sysop=False, lifetime=None):
        self.issued += 1
        token = f"token-{system}-{self.issued}"
        expires = time.time() + (self.lifetime if lifetime is None else lifetime)
        self.tokens[token] = [system, sysop, expires]
        return token

    def holder(self, token):
        found = self.tokens.get(token)
        return found[0] if found and found[2] > time.time() else None

    @staticmethod
    def date(seconds):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))

    def respond(self, request):
        if request.path == "/authentication/identity/login":
            body = request.json
            if self.passwords.get(body["systemName"]) != body["credentials"].get("password"):
                return 401, error(401, "AUTH", "wrong credentials")
            token = self.issue(body["systemName"])
            return 200, {"token": token, "expirationTime": self.date(self.tokens[token][2])}
        if request.path == "/authentication/identity/logout":
            name = request.json["systemName"]
            self.tokens = {t: v for t, v in self.tokens.items() if v[0] != name}
            return 200, None
        if request.path.startswith("/authentication/identity/verify/"):
            if self.holder((request.key or "").removeprefix("IDENTITY-TOKEN//")) is None:
                return 401, error(401, "AUTH", "log in first")
            token = urllib.parse.unquote(request.path.rsplit("/", 1)[1])
            if self.holder(token) is None:
                return 200, {"verified": False}
            system, sysop, expires = self.tokens[token]
            return 200, {
                "verified": True,
                "systemName": system,
                "sysop": sysop,
                "loginTime": self.date(time.time()),
                "expirationTime": self.date(expires),
            }
        return 404, error(404, "DATA_NOT_FOUND", "no such path")


class Blacklist(Fake):
    def __init__(self, port=0, tls=None):
        self.listed = set()
        super().__init__(port, tls)

    def interface(self):
        return interface(
            self.url, "/blacklist", {"lookup": ("GET", "/lookup"), "check": ("GET", "/check")}, f"generic_{self.scheme}"
        )

    def respond(self, request):
        if request.path.startswith("/blacklist/check/"):
            return 200, urllib.parse.unquote(request.path.rsplit("/", 1)[1]) in self.listed
        return 404, error(404, "DATA_NOT_FOUND", "no such path")


class Orchestration(Fake):
    """Serves `pull` with what it was given."""

    def __init__(self, port=0):
        self.results = []
        super().__init__(port)

    def interface(self):
        return interface(self.url, "/serviceorchestration/orchestration", {"pull": ("POST", "/pull")})

    def respond(self, request):
        if request.path == "/serviceorchestration/orchestration/pull":
            return 200, {"results": self.results, "warnings": []}
        return 404, error(404, "DATA_NOT_FOUND", "no such path")


def eventually(check, seconds=20.0, what="it did not come to pass"):
    """Waits for something that another process does on its own."""
    end = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        assert time.monotonic() < end, what
        time.sleep(0.02)
