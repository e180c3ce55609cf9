import Files
import Logging
import OpenTelemetry
import Pipeline

/// What the log says of a request that was answered.
///
/// It goes through the logger as one value, because a dictionary of its twenty fields would cost more
/// than everything else that logging does.
struct RequestLogEntry: Sendable {
  let requestID: String
  let trace: TraceContext
  let clientAddress: String
  let method: String
  let path: String
  let status: Int
  let duration: Duration
  let notes: RequestNotes.Content
  /// What kind of error the answer was, if it was one.
  let errorCode: String?

  /// The name of the value among an event's metadata.
  static let metadataKey = "request"

  /// Writes the fields as members of an object, in the order of ``LogField/order``.
  func write(to json: inout JSONWriter) {
    json.member("request_id", requestID)
    json.member("trace_id", trace.traceID)
    json.member("span_id", trace.spanID)
    if let parent = trace.parentSpanID { json.member("parent_span_id", parent) }
    json.member("client", clientAddress)
    json.member("method", method)
    json.member("path", path)
    json.member("status", status)
    Self.write("duration_ms", duration, to: &json)
    if let keyID = notes.keyID { json.member("key_id", keyID) }
    if let engine = notes.engine { json.member("engine", engine) }
    if let version = notes.modelVersion { json.member("model_version", version) }
    if let predicted = notes.predictedClass { json.member("class", predicted) }
    if let confidence = notes.confidence { json.member("confidence", confidence, decimals: 4) }
    if let outcome = notes.outcome {
      Self.write("queue_ms", outcome.queueTime, to: &json)
      Self.write("decode_ms", outcome.decodingTime, to: &json)
      Self.write("preprocess_ms", outcome.preprocessingTime, to: &json)
      Self.write("inference_ms", outcome.inferenceTime, to: &json)
    }
    if let time = notes.storeTime { Self.write("store_ms", time, to: &json) }
    if let outcome = notes.outcome { json.member("batch", outcome.batchSize) }
    if let size = notes.bodySize { json.member("bytes", size) }
    if let errorCode { json.member("code", errorCode) }
  }

  private static func write(_ name: StaticString, _ time: Duration, to json: inout JSONWriter) {
    json.member(name, time.milliseconds, decimals: 3)
  }
}

extension RequestLogEntry: CustomStringConvertible {
  /// The fields as JSON, for handlers that know no such value.
  var description: String {
    var json = JSONWriter(capacity: 512)
    json.beginObject()
    write(to: &json)
    json.endObject()
    return json.text
  }
}

extension Logger {
  /// Logs that a request was answered.
  func log(_ entry: RequestLogEntry, route: String) {
    log(
      level: Self.level(ofStatus: entry.status, route: route), "request",
      metadata: [RequestLogEntry.metadataKey: .stringConvertible(entry)])
  }

  private static let quietPaths = [
    "/health/", MetricsRoute.path, OpenInferenceRoutes.healthPath,
    "/inference.GRPCInferenceService/Server",
  ]

  /// Probes come every few seconds and say nothing while all is well.
  private static func level(ofStatus status: Int, route: String) -> Logger.Level {
    switch status {
    case 500...: .error
    case 401, 403, 429: .warning
    default: quietPaths.contains { route.hasPrefix($0) } ? .debug : .info
    }
  }
}
