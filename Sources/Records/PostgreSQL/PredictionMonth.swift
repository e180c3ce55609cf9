import Foundation

/// A month in UTC, whose predictions lie in a table of their own.
struct PredictionMonth: Sendable, Hashable {
  /// The month as tables have it in their names, such as `2026_11`.
  let name: String
  /// When it begins.
  let start: Date
  /// When the next one does.
  let end: Date

  /// The month a time lies in; `nil` for times after the year 9999.
  init?(of date: Date) {
    let text = Timestamp.text(date).prefix(7)
    guard let start = Self.start(text), start <= date, date.timeIntervalSince(start) < 32 * 86_400,
      let end = Self.start(Timestamp.text(start + 32 * 86_400).prefix(7))
    else { return nil }
    name = String(text).replacing("-", with: "_")
    self.start = start
    self.end = end
  }

  /// The times that have a month begin before this one, the year 10000.
  static let limit = Date(timeIntervalSince1970: 253_402_300_800)

  /// Whether a time lies in the month.
  func contains(_ date: Date) -> Bool { start <= date && date < end }

  /// The month after this one.
  var next: PredictionMonth? { PredictionMonth(of: end) }

  /// The tables that have months, and what their names start with.
  static let tables = ["predictions", "prediction_pictures"]

  /// The month of a table of ``tables``, by its name.
  init?(table: String) {
    guard let date = Self.start(String(table.suffix(7)).replacing("_", with: "-")) else {
      return nil
    }
    self.init(of: date)
  }

  private static func start(_ text: some StringProtocol) -> Date? {
    Timestamp.date("\(text)-01T00:00:00Z")
  }
}
