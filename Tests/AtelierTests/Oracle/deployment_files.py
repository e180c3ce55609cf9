"""Checks a folder of deploy/kubernetes as a cluster would, and prints its resources as JSON.

    python kubernetes.py KUBECTL FOLDER

The folder is rendered by kubectl; every resource is held against the schemas of Kubernetes, strictly, and
all of them are created by kubectl's client-side dry run. kubectl asks a server which kinds there are, even
for that, so one that says no more stands in for it, on a free port of the loopback device.
"""

import http.server
import json
import subprocess
import sys
import threading

import kubernetes_validate
import yaml

# The oldest and the newest version that the files are for.
VERSIONS = ["1.30", "1.37"]

# Kinds that are not of Kubernetes itself, and so have no schema here.
EXTENSIONS = {"monitoring.coreos.com/v1", "serving.kserve.io/v1alpha1", "serving.kserve.io/v1beta1"}


def plural(kind):
    name = kind.lower()
    return name[:-1] + "ies" if name.endswith("y") else name + "s"


def answers(resources):
    """What a server says of the kinds of some resources, by path."""
    versions = sorted({resource["apiVersion"] for resource in resources} - {"v1"})
    groups = {}
    for version in versions:
        group, _, number = version.partition("/")
        groups.setdefault(group, []).append({"groupVersion": version, "version": number})
    found = {
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {
            "kind": "APIGroupList",
            "apiVersion": "v1",
            "groups": [
                {"name": name, "versions": list_, "preferredVersion": list_[0]}
                for name, list_ in groups.items()
            ],
        },
    }
    for version in ["v1", *versions]:
        kinds = sorted({r["kind"] for r in resources if r["apiVersion"] == version})
        found[("/api/" if version == "v1" else "/apis/") + version] = {
            "kind": "APIResourceList",
            "apiVersion": "v1",
            "groupVersion": version,
            "resources": [
                {"name": plural(kind), "kind": kind, "namespaced": True, "verbs": ["create"]}
                for kind in kinds
            ],
        }
    return found


def dry_run(kubectl, text, resources):
    """Creates the resources on the client alone; returns what kubectl says of each."""
    known = answers(resources)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            answer = known.get(self.path.partition("?")[0])
            body = json.dumps(answer or {}).encode()
            self.send_response(200 if answer else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            return subprocess.run(
                [kubectl, "create", "--dry-run=client", "--validate=false", "--filename=-",
                 "--kubeconfig=/dev/null", f"--server=http://127.0.0.1:{server.server_port}"],
                input=text, capture_output=True, text=True, check=True, timeout=120,
            ).stdout.splitlines()
        finally:
            server.shutdown()


def main(kubectl, folder):
    rendered = subprocess.run(
        [kubectl, "kustomize", folder], capture_output=True, text=True, check=True, timeout=120
    )
    if rendered.stderr:
        sys.exit(rendered.stderr)
    resources = list(yaml.safe_load_all(rendered.stdout))
    for resource in resources:
        if resource["apiVersion"] in EXTENSIONS:
            continue
        for version in VERSIONS:
            kubernetes_validate.validate(resource, version, strict=True)
    created = dry_run(kubectl, rendered.stdout, resources)
    if len(created) != len(resources):
        sys.exit(f"of {len(resources)} resources kubectl created: {created}")
    json.dump(resources, sys.stdout)


try:
    main(*sys.argv[1:])
except subprocess.CalledProcessError as error:
    sys.exit(error.stderr)
