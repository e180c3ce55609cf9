import Classification
import Foundation
import Logging
import OpenTelemetry
import Testing

@testable import AtelierServer

@Suite struct LoggingTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "atelier-log-\(UUID().uuidString)", directoryHint: .isDirectory)

  private var file: URL { folder.appending(path: "app.log") }

  private func lines(_ name: String = "app.log") throws -> [Substring] {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8).split(separator: "\n")
  }

  @Test func writesALineOfJSONAnEvent() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let sink = LogSink(file: file, echoes: false)
    var logger = Logger(label: "test") { _ in JSONLogHandler(sink: sink) }
    logger[metadataKey: "server"] = "one"
    logger.debug("not written")
    logger.warning(
      "a \"quoted\"\nmessage", error: CancellationError(),
      metadata: [
        "zeta": "last", "status": .number(503), "request_id": "id",
        "duration_ms": .milliseconds(.microseconds(1_500)), "list": ["a", "b"],
      ])
    await sink.flush()
    let line = try #require(try lines().first)
    #expect(try lines().count == 1)
    let pattern =
      #/\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","level":"warning","message":"a \\"quoted\\"\\nmessage",(.*)\}/#
    let rest = try #require(line.wholeMatch(of: pattern)?.output.1, "\(line)")
    #expect(
      rest == #"""
        "request_id":"id","status":503,"duration_ms":1.500,"list":["a","b"],"server":"one",\#
        "zeta":"last","error":"CancellationError()"
        """#)
  }

  @Test func writesTheFieldsOfARequestInTheirOrder() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let sink = LogSink(file: file, echoes: false)
    let logger = Logger(label: "test") { _ in JSONLogHandler(sink: sink) }
    var notes = RequestNotes.Content()
    notes.keyID = "key-1"
    notes.engine = "ONNX"
    notes.modelVersion = "v1"
    notes.predictedClass = "Coat"
    notes.confidence = 0.98765
    notes.storeTime = .microseconds(700)
    notes.bodySize = 512
    notes.outcome = PredictionOutcome(
      prediction: try Prediction(
        logits: Logits(Array(repeating: 0, count: 10)), labels: .fashionMNIST),
      tensor: ImageTensor(bytes: [UInt8](repeating: 0, count: ImageTensor.elementCount)),
      imageSHA256: "", batchSize: 3, arrival: .now, inferenceStart: .now,
      queueTime: .microseconds(10), decodingTime: .microseconds(20),
      preprocessingTime: .microseconds(30), inferenceTime: .microseconds(40))
    logger.log(
      RequestLogEntry(
        requestID: "id", trace: TraceContext(traceparent: Self.traceparent),
        clientAddress: "127.0.0.1", method: "POST", path: "/predict-onnx", status: 200,
        duration: .microseconds(1_500), notes: notes, errorCode: nil), route: "/predict-onnx")
    logger.log(
      RequestLogEntry(
        requestID: "id", trace: .unset, clientAddress: "", method: "GET", path: "/health/live",
        status: 200, duration: .zero, notes: .init(), errorCode: nil), route: "/health/live")
    logger.log(
      RequestLogEntry(
        requestID: "id", trace: .unset, clientAddress: "", method: "GET", path: "/stats",
        status: 503, duration: .zero, notes: .init(), errorCode: "overloaded"), route: "/stats")
    await sink.flush()
    let lines = try lines()
    #expect(lines.count == 2, "probes say nothing while all is well")
    let pattern =
      #/\{"time":"[^"]*","level":"info","message":"request","request_id":"id","trace_id":"[0-9a-f]{32}","span_id":"[0-9a-f]{16}",(.*)\}/#
    let rest = try #require(lines[0].wholeMatch(of: pattern)?.output.1, "\(lines[0])")
    #expect(
      rest == #"""
        "parent_span_id":"00f067aa0ba902b7","client":"127.0.0.1","method":"POST",\#
        "path":"/predict-onnx","status":200,"duration_ms":1.500,"key_id":"key-1","engine":"ONNX",\#
        "model_version":"v1","class":"Coat","confidence":0.9877,"queue_ms":0.010,"decode_ms":0.020,\#
        "preprocess_ms":0.030,"inference_ms":0.040,"store_ms":0.700,"batch":3,"bytes":512
        """#)
    #expect(lines[1].contains(#""level":"error""#) && lines[1].contains(#""code":"overloaded""#))
  }

  private static let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  @Test func rotatesAndKeepsSomeFiles() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let sink = LogSink(file: file, size: 1_000, count: 3, echoes: false)
    for index in 0..<100 {
      sink.write(Array(String(format: "%099d\n", index).utf8))
      await sink.flush()
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["app.log", "app.log.1", "app.log.2"])
    #expect(try names.reversed().flatMap { try lines($0) }.map { Int($0) } == Array(70..<100))
  }

  @Test func goesOnWithTheFileOfAnEarlierRun() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    for run in 0..<2 {
      let sink = LogSink(file: file, echoes: false)
      sink.write(Array("run \(run)\n".utf8))
      await sink.flush()
    }
    #expect(try lines() == ["run 0", "run 1"])
  }

  @Test func losesNoLineOfManyWriters() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let sink = LogSink(file: file, echoes: false)
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask { for line in 0..<500 { sink.write(Array("\(writer) \(line)\n".utf8)) } }
      }
    }
    await sink.flush()
    let written = try lines()
    #expect(Set(written).count == 4_000)
    for writer in 0..<8 {
      let numbers = written.filter { $0.hasPrefix("\(writer) ") }.compactMap {
        Int($0.dropFirst(2))
      }
      #expect(numbers == Array(0..<500))
    }
  }
}
