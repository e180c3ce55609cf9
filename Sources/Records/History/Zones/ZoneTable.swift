/// The zones of a database in a transaction, which makes the ones that are missing.
protocol ZoneTable {
  /// Why the database fails.
  associatedtype Failure: Error

  var layout: ZoneLayout { get }

  /// Where the newest zone ends; `nil` when there is none.
  func end() throws(Failure) -> String?
  /// The zone to which most predictions came late.
  func spoilt() throws(Failure) -> HistoryBounds?
  /// What predictions are summed up by, the oldest first.
  func rows(in bounds: HistoryBounds, _ count: Int) throws(Failure) -> [ZoneRow]
  func insert(_ summary: ZoneSummary, _ bounds: HistoryBounds) throws(Failure)
  func delete(_ zone: HistoryBounds) throws(Failure)
}

extension ZoneTable {
  /// Makes a zone of the predictions after the newest zone, if they are enough, or makes the zone again to
  /// which most came late.
  func makeNext() throws(Failure) -> ZoneTurn {
    let start = try end() ?? RecordID.leastBound
    let count = layout.size + layout.margin
    let rows = try rows(in: HistoryBounds(from: start, below: RecordID.upperBound), count)
    if rows.count == count {
      let bounds = HistoryBounds(from: start, below: rows[layout.size].id)
      try insert(ZoneSummary(rows[..<layout.size]), bounds)
      return .made
    }
    guard let spoilt = try spoilt() else { return .done }
    try renew(spoilt)
    return .renewed
  }

  /// Makes a zone again, or several of it when it has become too large.
  private func renew(_ zone: HistoryBounds) throws(Failure) {
    try delete(zone)
    var rest = zone
    while true {
      let rows = try rows(in: rest, layout.size + 1)
      guard rows.count > layout.size else { return try insert(ZoneSummary(rows), rest) }
      let next = rows[layout.size].id
      try insert(
        ZoneSummary(rows[..<layout.size]), HistoryBounds(from: rest.from, below: next))
      rest.from = next
    }
  }
}
