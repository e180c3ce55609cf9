/// The time that a summary looks back, such as `5m`, `1h` or `30d`.
public struct TimeWindow: Sendable, Hashable {
  /// How long it is, in seconds.
  public let seconds: Int

  /// From a minute to 30 days.
  public static let bounds = 60...30 * 86_400

  /// An hour.
  public static let hour = TimeWindow(seconds: 3_600)
  /// 24 hours.
  public static let day = TimeWindow(seconds: 86_400)

  private init(seconds: Int) {
    self.seconds = seconds
  }

  /// Reads a whole number and a unit: `s`, `m`, `h` or `d`; `nil` when the text is no such duration, or
  /// not within ``bounds``.
  public init?(_ text: String) {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }),
      text.dropLast().utf8.allSatisfy({ (48...57).contains($0) }),
      let number = Int(text.dropLast()), number <= Self.bounds.upperBound,
      Self.bounds.contains(number * unit)
    else { return nil }
    seconds = number * unit
  }
}

extension TimeWindow: CustomStringConvertible {
  /// The shortest text that says it: `1h`, not `60m`.
  public var description: String {
    for (unit, size) in [("d", 86_400), ("h", 3_600), ("m", 60)] where seconds % size == 0 {
      return "\(seconds / size)\(unit)"
    }
    return "\(seconds)s"
  }
}
