/// A request's place in a distributed trace (W3C Trace Context, level 1).
struct TraceContext: Sendable, Hashable {
  /// The trace: 32 hexadecimal digits.
  let traceID: String
  /// The work of this service: 16 hexadecimal digits.
  let spanID: String
  /// Who caused it; `nil` when the trace starts here.
  let parentSpanID: String?
  /// The caller's flags: two hexadecimal digits.
  let flags: String

  /// Goes on with the trace of a `traceparent` field, or starts one when there is no usable field.
  init(traceparent: String?) {
    let parts = (traceparent ?? "").split(separator: "-", omittingEmptySubsequences: false)
    let isUsable =
      parts.count >= 4 && Self.isHex(parts[0], count: 2) && parts[0] != "ff"
      && (parts[0] != "00" || parts.count == 4)
      && Self.isHex(parts[1], count: 32) && parts[1].contains { $0 != "0" }
      && Self.isHex(parts[2], count: 16) && parts[2].contains { $0 != "0" }
      && Self.isHex(parts[3], count: 2)
    traceID = isUsable ? String(parts[1]) : Self.random(words: 2)
    parentSpanID = isUsable ? String(parts[2]) : nil
    flags = isUsable ? String(parts[3]) : "00"
    spanID = Self.random(words: 1)
  }

  private init(traceID: String, spanID: String) {
    self.traceID = traceID
    self.spanID = spanID
    parentSpanID = nil
    flags = "00"
  }

  /// What stands for a trace until the request's header was looked at.
  static let unset = TraceContext(traceID: "", spanID: "")

  /// The field that names this service as the parent.
  var traceparent: String { "00-\(traceID)-\(spanID)-\(flags)" }

  private static func isHex(_ text: Substring, count: Int) -> Bool {
    text.utf8.count == count
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }

  private static func random(words: Int) -> String {
    (0..<words).map { _ in
      let digits = String(UInt64.random(in: 1 ... .max), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
