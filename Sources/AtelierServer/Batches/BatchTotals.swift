import Pipeline

/// What came of the pictures of a batch.
struct BatchTotals: Sendable {
  private(set) var classified = 0
  private(set) var failed = 0
  private var byClass: [String: Int] = [:]

  /// All pictures.
  var pictures: Int { classified + failed }

  /// Counts a picture's class, or `nil` when it was not classified.
  mutating func count(_ name: String?) {
    guard let name else {
      failed += 1
      return
    }
    classified += 1
    byClass[name, default: 0] += 1
  }

  /// The totals.
  var json: OrderedJSON {
    [
      "pictures": .integer(pictures), "classified": .integer(classified),
      "failed": .integer(failed), "by_class": .sorted(byClass),
    ]
  }

  /// The totals as an answer has them.
  func json(time: Duration) -> OrderedJSON {
    json.appending(["time_ms": .fixed(time.milliseconds, decimals: 3)])
  }
}
