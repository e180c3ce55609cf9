/// The names of the fields of a log line.
enum LogField {
  /// The fields of a request's line, in the order they are written; see ``RequestLogEntry``.
  static let order = [
    "request_id", "trace_id", "span_id", "parent_span_id", "client", "method", "path", "status",
    "duration_ms", "key_id", "engine", "model_version", "class", "confidence", "queue_ms",
    "decode_ms", "preprocess_ms", "inference_ms", "store_ms", "batch", "bytes", "code",
  ]
}
