/// Decides of which traces spans are recorded.
///
/// Source: OpenTelemetry specification, *Tracing SDK*, section "Sampling".
public struct TraceSampler: Sendable, Hashable {
  /// Whether a caller's decision counts.
  let followsParent: Bool
  /// The share of the other traces, from 0 to 1.
  let ratio: Double

  /// Follows callers, and records all else.
  public static let parentBasedAlwaysOn = TraceSampler(followsParent: true, ratio: 1)

  init(followsParent: Bool, ratio: Double) {
    self.followsParent = followsParent
    self.ratio = ratio
  }

  /// Reads `OTEL_TRACES_SAMPLER` and its argument; `nil` when there is no such sampler.
  init?(named name: String, argument: String) {
    let prefix = "parentbased_"
    let followsParent = name.hasPrefix(prefix)
    let ratio: Double
    switch followsParent ? String(name.dropFirst(prefix.count)) : name {
    case "always_on": ratio = 1
    case "always_off": ratio = 0
    case "traceidratio":
      guard let share = argument.isEmpty ? 1 : Double(argument), (0...1).contains(share)
      else { return nil }
      ratio = share
    default: return nil
    }
    self.init(followsParent: followsParent, ratio: ratio)
  }

  /// A place in a trace, with the decision.
  public func deciding(_ trace: TraceContext) -> TraceContext {
    if followsParent, trace.parentSpanID != nil { return trace }
    guard ratio < 1 else { return trace.sampled(true) }
    // Of the 63 low bits, so that all services of the trace decide alike.
    let bits = (UInt64(trace.traceID.suffix(16), radix: 16) ?? 0) >> 1
    return trace.sampled(Double(bits) < ratio * 0x1p63)
  }
}
