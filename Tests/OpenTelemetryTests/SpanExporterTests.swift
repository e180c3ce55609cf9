import Foundation
import HTTPTypes
import Logging
import OracleSupport
import Testing
import Tracing

@testable import OpenTelemetry

@Suite(.timeLimit(.minutes(15))) struct SpanExporterTests {
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func configuration(port: Int) throws -> TracingConfiguration {
    var configuration = try #require(
      try TracingConfiguration(environment: [
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(port)",
        "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20x",
        "OTEL_SERVICE_NAME": "shop", "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test",
      ]))
    configuration.delay = .seconds(3_600)
    return configuration
  }

  private func record(_ tracer: OTLPTracer, below traceparent: String?) {
    var context = InstrumentationContext.topLevel
    if let traceparent { context.plannedTrace = TraceContext(traceparent: traceparent) }
    let span = tracer.startSpan(
      "POST /predict", context: context, ofKind: .server,
      at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: 1_000))
    span.attributes["http.response.status_code"] = 503
    span.attributes["share"] = 0.5
    span.attributes["names"] = ["a", "b"]
    span.attributes["garment"] = true
    span.setStatus(SpanStatus(code: .error, message: "full"))
    span.recordError(CancellationError())
    let child = tracer.startSpan(
      "queue", context: span.context,
      at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: 1_500))
    child.end(at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: 1_900))
    span.end(at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: 2_500))
  }

  /// Runs an exporter until `body` is done, and what it still has is sent.
  private func running(
    _ exporter: SpanExporter, _ body: @Sendable () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await exporter.run() }
      try await body()
      group.cancelAll()
    }
  }

  @Test func sendsWhatOpenTelemetryReads() async throws {
    let trace = "0af7651916cd43dd8448eb211c80319c"
    try await CollectorStandIn().run { port, received in
      let exporter = SpanExporter(try configuration(port: port), logger: logger)
      let tracer = OTLPTracer(exporter: exporter)
      try await running(exporter) {
        record(tracer, below: "00-\(trace)-b7ad6b7169203331-01")
        tracer.forceFlush()
        for await export in received {
          #expect(export.path == "/v1/traces")
          #expect(export.contentType == "application/x-protobuf")
          #expect(export.key == "Bearer x")
          try await check(export.body, trace: trace)
          break
        }
      }
      #expect(exporter.droppedCount == 0)
    }
  }

  private func check(_ body: [UInt8], trace: String) async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(body).write(to: file)
    let json = try await Oracle.run(
      script: "decode.py", arguments: [file.path], environment: "inference")
    let request = try JSONDecoder().decode(ReadRequest.self, from: Data(json.utf8))
    let resource = try #require(request.resourceSpans.first)
    #expect(resource.resource.attributes.first { $0.key == "service.name" }?.value.text == "shop")
    let spans = try #require(resource.scopeSpans.first).spans
    #expect(spans.map(\.name) == ["queue", "POST /predict"])
    let (child, parent) = (spans[0], spans[1])
    #expect(parent.kind == "SPAN_KIND_SERVER" && child.kind == "SPAN_KIND_INTERNAL")
    #expect(parent.parentSpanId == Data([0xB7, 0xAD, 0x6B, 0x71, 0x69, 0x20, 0x33, 0x31]))
    #expect(child.parentSpanId == parent.spanId)
    #expect(parent.traceId.map { String(format: "%02x", $0) }.joined() == trace)
    #expect(parent.traceId == child.traceId)
    #expect(parent.startTimeUnixNano == "1000" && parent.endTimeUnixNano == "2500")
    #expect(child.startTimeUnixNano == "1500" && child.endTimeUnixNano == "1900")
    #expect(parent.status?.code == "STATUS_CODE_ERROR" && parent.status?.message == "full")
    #expect(parent.events?.first?.name == "exception")
    let values = Dictionary(
      uniqueKeysWithValues: (parent.attributes ?? []).map { ($0.key, $0.value.text) })
    #expect(
      values == [
        "http.response.status_code": "503", "share": "0.5", "names": "a,b", "garment": "true",
      ])
  }

  @Test func triesAgainWhatABusyCollectorRefuses() async throws {
    try await CollectorStandIn(answers: [.serviceUnavailable]).run { port, received in
      let exporter = SpanExporter(try configuration(port: port), logger: logger)
      let tracer = OTLPTracer(exporter: exporter)
      try await running(exporter) {
        record(tracer, below: nil)
        tracer.forceFlush()
        var bodies: [[UInt8]] = []
        for await export in received {
          bodies.append(export.body)
          if bodies.count == 2 { break }
        }
        #expect(bodies[0] == bodies[1])
      }
      #expect(exporter.droppedCount == 0)
    }
  }

  @Test func sendsTheRestWhenItStops() async throws {
    try await CollectorStandIn().run { port, received in
      let exporter = SpanExporter(try configuration(port: port), logger: logger)
      record(OTLPTracer(exporter: exporter), below: nil)
      try await running(exporter) {}
      for await export in received {
        #expect(!export.body.isEmpty)
        break
      }
    }
  }

  @Test func dropsWhatIsTooMuchWithoutACollector() async throws {
    // Nobody listens there.
    var configuration = try configuration(port: 1)
    configuration.queueLimit = 3
    let exporter = SpanExporter(configuration, logger: logger)
    let tracer = OTLPTracer(exporter: exporter)
    for _ in 0..<5 { record(tracer, below: nil) }
    #expect(exporter.droppedCount == 7)
    try await running(exporter) {}
    #expect(exporter.droppedCount == 10)
  }

  @Test func leavesOutTracesThatAreNotSampled() throws {
    var configuration = try configuration(port: 1)
    configuration.queueLimit = 1
    let exporter = SpanExporter(configuration, logger: logger)
    let tracer = OTLPTracer(exporter: exporter)
    for _ in 0..<3 {
      record(tracer, below: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")
    }
    #expect(exporter.droppedCount == 0)
  }
}

/// The part of a request in JSON that the tests look at.
private struct ReadRequest: Decodable {
  struct ResourceSpans: Decodable {
    let resource: Resource
    let scopeSpans: [ScopeSpans]
  }
  struct Resource: Decodable { let attributes: [Attribute] }
  struct ScopeSpans: Decodable { let spans: [Span] }
  struct Attribute: Decodable {
    let key: String
    let value: Value
  }
  struct Value: Decodable {
    struct Values: Decodable { let values: [Value] }
    let stringValue: String?
    let intValue: String?
    let doubleValue: Double?
    let boolValue: Bool?
    let arrayValue: Values?

    var text: String {
      stringValue ?? intValue ?? doubleValue.map { "\($0)" } ?? boolValue.map { "\($0)" }
        ?? arrayValue?.values.map(\.text).joined(separator: ",") ?? ""
    }
  }
  struct Span: Decodable {
    struct Event: Decodable { let name: String }
    struct Status: Decodable {
      let code: String
      let message: String?
    }
    let name: String
    let kind: String
    let traceId: Data
    let spanId: Data
    let parentSpanId: Data?
    let startTimeUnixNano: String
    let endTimeUnixNano: String
    let attributes: [Attribute]?
    let events: [Event]?
    let status: Status?
  }
  let resourceSpans: [ResourceSpans]
}
