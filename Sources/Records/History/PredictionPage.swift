/// A part of the history, newest first.
public struct PredictionPage: Sendable, Hashable {
  /// The records. There may be fewer than were asked for, or none, although others follow: a page
  /// looks at a bounded number of records.
  public var records: [PredictionRecord]
  /// Where the history goes on; `nil` when this was the last page.
  public var next: PredictionCursor?

  /// Creates a page.
  public init(records: [PredictionRecord], next: PredictionCursor? = nil) {
    self.records = records
    self.next = next
  }
}
