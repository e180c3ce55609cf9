import Logging
import Pipeline

/// A number that stays one in a line of JSON.
struct LogNumber: Sendable, CustomStringConvertible {
  let json: OrderedJSON

  var description: String { json.text }
}

extension Logger.MetadataValue {
  /// A whole number.
  static func number(_ value: Int) -> Self { .stringConvertible(LogNumber(json: .integer(value))) }

  /// A number with a fixed count of decimals.
  static func number(_ value: Double, decimals: Int) -> Self {
    .stringConvertible(LogNumber(json: .fixed(value, decimals: decimals)))
  }

  /// A duration in milliseconds, to the microsecond.
  static func milliseconds(_ value: Duration) -> Self {
    .number(value.milliseconds, decimals: 3)
  }
}
