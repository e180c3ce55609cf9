/// Writes metrics in the text format of Prometheus, version 0.0.4.
struct PrometheusText {
  private(set) var text = ""

  enum Kind: String {
    case counter, gauge, histogram
  }

  /// Starts a family of metrics.
  mutating func family(_ name: String, _ kind: Kind, help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  /// One value of the family.
  mutating func sample(_ name: String, labels: [(String, String)] = [], _ value: Double) {
    text += "\(name)\(Self.braced(labels)) \(Self.number(value))\n"
  }

  /// One histogram of the family.
  mutating func sample(_ name: String, labels: [(String, String)] = [], _ histogram: Histogram) {
    var cumulative = 0
    for (count, bound) in zip(histogram.counts, histogram.bounds.map(Self.number) + ["+Inf"]) {
      cumulative += count
      text += "\(name)_bucket\(Self.braced(labels + [("le", bound)])) \(cumulative)\n"
    }
    text += "\(name)_sum\(Self.braced(labels)) \(Self.number(histogram.sum))\n"
    text += "\(name)_count\(Self.braced(labels)) \(cumulative)\n"
  }

  private static func braced(_ labels: [(String, String)]) -> String {
    guard !labels.isEmpty else { return "" }
    return "{" + labels.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",") + "}"
  }

  private static func escaped(_ value: String) -> String {
    // By scalars: a character may be a line feed and what is before it.
    value.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }
}
