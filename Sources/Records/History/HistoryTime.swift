public import Foundation

/// A bound of a history as people write it: an instant, or a whole day in UTC.
public struct HistoryTime: Sendable, Hashable {
  /// When it starts.
  public let start: Date
  /// When it is over: an instant as it starts, a day when the next one starts.
  public let end: Date

  /// Reads a time (RFC 3339) or a day, such as `2026-11-24`; `nil` when the text is neither.
  ///
  /// In a query, a plus sign that was not encoded has become a space; before an offset it is taken for
  /// what it was.
  public init?(_ text: String) {
    if let day = Timestamp.date(text + "T00:00:00Z") {
      start = day
      end = day + 86_400
    } else if let time = Timestamp.date(text.replacing(#/ (\d\d:\d\d)$/#) { "+\($0.output.1)" }) {
      start = time
      end = time
    } else {
      return nil
    }
  }
}
