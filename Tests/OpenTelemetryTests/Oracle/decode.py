"""Reads an OTLP request by OpenTelemetry's own definition of it, and prints it as JSON."""

import sys

from google.protobuf.json_format import MessageToJson
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

request = ExportTraceServiceRequest()
request.ParseFromString(open(sys.argv[1], "rb").read())
assert request.SerializeToString(deterministic=True)


def unknown(message):
    """Whether a field has a number that the definition does not know."""
    from google.protobuf.unknown_fields import UnknownFieldSet

    if len(UnknownFieldSet(message)):
        return True
    children = []
    for field, value in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            children += value if field.is_repeated else [value]
    return any(unknown(child) for child in children)


assert not unknown(request)
print(MessageToJson(request))
