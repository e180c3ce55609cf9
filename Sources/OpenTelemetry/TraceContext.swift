import Hexadecimal
import Randomness

/// A place in a distributed trace (W3C Trace Context, level 1).
public struct TraceContext: Sendable, Hashable {
  /// The trace: 32 hexadecimal digits.
  public let traceID: String
  /// The work at this place: 16 hexadecimal digits.
  public let spanID: String
  /// Who caused it; `nil` when the trace starts here.
  public let parentSpanID: String?
  /// The flags: two hexadecimal digits.
  public let flags: String

  /// Goes on with the trace of a `traceparent` field, or starts one when there is no usable field.
  public init(traceparent: String?) {
    let parts = (traceparent ?? "").split(separator: "-", omittingEmptySubsequences: false)
    let isUsable =
      parts.count >= 4 && Self.isHex(parts[0], count: 2) && parts[0] != "ff"
      && (parts[0] != "00" || parts.count == 4)
      && Self.isHex(parts[1], count: 32) && parts[1].contains { $0 != "0" }
      && Self.isHex(parts[2], count: 16) && parts[2].contains { $0 != "0" }
      && Self.isHex(parts[3], count: 2)
    self.init(
      traceID: isUsable ? String(parts[1]) : Self.random(words: 2), spanID: Self.random(words: 1),
      parentSpanID: isUsable ? String(parts[2]) : nil, flags: isUsable ? String(parts[3]) : "00")
  }

  private init(traceID: String, spanID: String, parentSpanID: String?, flags: String) {
    self.traceID = traceID
    self.spanID = spanID
    self.parentSpanID = parentSpanID
    self.flags = flags
  }

  /// What stands for a trace until the request's header was looked at.
  public static let unset = TraceContext(traceID: "", spanID: "", parentSpanID: nil, flags: "00")

  /// The field that names this place as the parent.
  public var traceparent: String { "00-\(traceID)-\(spanID)-\(flags)" }

  /// Whether spans at this place are recorded.
  public var isSampled: Bool { (UInt8(flags, radix: 16) ?? 0) & 1 == 1 }

  /// A new place below this one.
  var child: TraceContext {
    TraceContext(
      traceID: traceID, spanID: Self.random(words: 1), parentSpanID: spanID, flags: flags)
  }

  /// The same place, with another decision of whether spans are recorded.
  func sampled(_ isSampled: Bool) -> TraceContext {
    let others = (UInt8(flags, radix: 16) ?? 0) & 0xFE
    let digits = String(others | (isSampled ? 1 : 0), radix: 16)
    return TraceContext(
      traceID: traceID, spanID: spanID, parentSpanID: parentSpanID,
      flags: digits.count == 1 ? "0" + digits : digits)
  }

  private static func isHex(_ text: Substring, count: Int) -> Bool {
    text.utf8.count == count
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }

  /// Random words of 64 bits, none of them zero, in hexadecimal.
  private static func random(words: Int) -> String {
    var generator = RandomBits()
    return String(unsafeUninitializedCapacity: 16 * words) { characters in
      for word in 0..<words {
        let bits = UInt64.random(in: 1 ... .max, using: &generator)
        for place in 0..<16 {
          let value = UInt8(bits >> UInt64(60 - 4 * place) & 15)
          characters[16 * word + place] = Hexadecimal.digit(value)
        }
      }
      return 16 * words
    }
  }
}
