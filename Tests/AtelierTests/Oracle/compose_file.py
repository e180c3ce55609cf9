"""Holds a file against the specification of Compose, by its JSON schema.

Argument: the file. The schema comes with check-jsonschema, which itself is not needed.
"""

import importlib.util
import json
import pathlib
import sys

import jsonschema
import yaml

(package,) = importlib.util.find_spec("check_jsonschema").submodule_search_locations
(schema,) = pathlib.Path(package).glob("builtin_schemas/vendor/compose-spec.json")
with open(sys.argv[1]) as file:
    document = yaml.safe_load(file)
errors = list(jsonschema.Draft202012Validator(json.loads(schema.read_text())).iter_errors(document))
for error in errors:
    print(f"{error.json_path}: {error.message}", file=sys.stderr)
sys.exit(1 if errors else 0)
