/// The names of the fields of a log line.
enum LogField {
  /// The fields of a request's line, in the order they are written.
  static let order = [
    "request_id", "trace_id", "span_id", "parent_span_id", "client", "method", "path", "status",
    "duration_ms", "key_id", "engine", "class", "confidence", "queue_ms", "prepare_ms",
    "inference_ms", "store_ms", "batch", "bytes", "code",
  ]

  private static let rank = Dictionary(
    uniqueKeysWithValues: order.enumerated().map { ($0.element, $0.offset) })

  static func precedes(_ first: String, _ second: String) -> Bool {
    switch (rank[first], rank[second]) {
    case (let first?, let second?): first < second
    case (_?, nil): true
    case (nil, _?): false
    case (nil, nil): first < second
    }
  }
}
