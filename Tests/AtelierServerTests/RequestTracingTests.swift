import HTTPTypes
import HummingbirdTesting
import InMemoryTracing
import OpenTelemetry
import Testing
import Tracing

@testable import AtelierServer

@Suite struct RequestTracingTests {
  private func predict(
    _ client: any TestClientProtocol, flags: String
  ) async throws -> TestResponse {
    var headers = Sample.headers()
    headers[.traceparent] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-\(flags)"
    return try await client.execute(
      uri: "/predict-onnx", method: .post, headers: headers,
      body: Sample.form(Sample.png(level: 9)))
  }

  @Test func eachStageOfAPictureHasItsSpan() async throws {
    let tracer = InMemoryTracer()
    let service = try TestService(
      tracing: RequestTracing(tracer: tracer, sampler: .parentBasedAlwaysOn))
    try await service.test { client in
      let response = try await predict(client, flags: "01")
      #expect(response.status == .ok)
      #expect(response.headers[.traceparent]?.hasSuffix("-01") == true)
    }
    let spans = Dictionary(
      uniqueKeysWithValues: tracer.finishedSpans.map { ($0.operationName, $0) })
    #expect(
      Set(spans.keys) == [
        "POST /predict-onnx", "queue", "decode", "preprocess", "batch", "inference", "store",
      ])
    let request = try #require(spans["POST /predict-onnx"])
    #expect(request.kind == .server)
    #expect(request.attributes.get("http.response.status_code") == .int64(200))
    #expect(request.attributes.get("atelier.engine") == .string("ONNX"))
    #expect(spans["batch"]?.attributes.get("atelier.batch.size") == .int64(1))
    for (name, span) in spans where name != "POST /predict-onnx" {
      let parent = name == "inference" ? spans["batch"] : request
      #expect(span.parentSpanID == parent?.spanID, "\(name)")
      #expect(span.startInstant.nanosecondsSinceEpoch <= span.endInstant.nanosecondsSinceEpoch)
      #expect(
        request.startInstant.nanosecondsSinceEpoch <= span.startInstant.nanosecondsSinceEpoch)
    }
  }

  @Test func aCallerMayWantNoSpans() async throws {
    let tracer = InMemoryTracer()
    let service = try TestService(
      tracing: RequestTracing(tracer: tracer, sampler: .parentBasedAlwaysOn))
    try await service.test { client in
      let response = try await predict(client, flags: "00")
      #expect(response.status == .ok)
      #expect(response.headers[.traceparent]?.hasSuffix("-00") == true)
    }
    #expect(tracer.finishedSpans.isEmpty)
  }

  @Test func failuresAreMarked() async throws {
    let tracer = InMemoryTracer()
    let service = try TestService(
      engines: [], tracing: RequestTracing(tracer: tracer, sampler: .parentBasedAlwaysOn))
    try await service.test { client in
      let response = try await predict(client, flags: "01")
      #expect(response.status == .serviceUnavailable)
    }
    let request = try #require(tracer.finishedSpans.first)
    #expect(request.status?.code == .error)
    #expect(request.attributes.get("error.type") == .string("engine_unavailable"))
  }
}
