/// The records of a page as they are found, from the newest part of the history to older ones.
struct HistoryScan {
  let source: any HistorySource
  let filter: PredictionFilter
  /// The facets that meet the filter's conditions; `nil` when it has none.
  let facets: [Int64]?
  /// The records that are wanted.
  let count: Int
  /// When to stop where predictions have to be looked at one by one; `nil` when a search finds them all.
  let deadline: ContinuousClock.Instant?

  /// The newest first.
  private(set) var records: [PredictionRecord] = []

  private var isFull: Bool { records.count >= count }
  private var isOver: Bool { deadline.map { .now >= $0 } ?? false }

  /// Passes zones, and looks at what is in none.
  ///
  /// - Returns: The oldest prediction that was looked at when there may be more.
  mutating func lookByZones(in bounds: HistoryBounds) throws -> String? {
    guard facets?.isEmpty != true else { return nil }
    let search = ZoneSearch(filter, facets: facets)
    var rest = bounds
    var floor: String?
    try source.passZones(in: bounds, search) { zone in
      // What is newer than the zones.
      let newer = HistoryBounds(from: max(bounds.from, zone.bounds.below), below: rest.below)
      floor = try look(in: newer, merging: HistoryReader.fewFacets)
      guard floor == nil, !isFull else { return false }
      let part = zone.bounds.intersection(bounds)
      rest.below = part.from
      floor = try look(in: part, zone.facets)
      if floor == nil, isOver, part.from > bounds.from { floor = part.from }
      return floor == nil && !isFull
    }
    guard floor == nil, !isFull else { return floor }
    return try look(in: rest)
  }

  /// Looks at a zone.
  ///
  /// - Parameter facets: Those that may have what is asked for; `nil` when that is not known.
  private mutating func look(in part: HistoryBounds, _ facets: [Int64]?) throws -> String? {
    guard let facets else { return try look(in: part) }
    guard !facets.isEmpty, !part.isEmpty else { return nil }
    // No index of facets has the identities of requests.
    records +=
      facets.count <= source.mergeLimit && filter.requestID == nil
      ? try source.newest(count - records.count, of: facets, filter, in: part)
      : try source.newest(count - records.count, filter, in: part)
    return nil
  }

  /// Looks at what is in no zone.
  ///
  /// - Parameter limit: Facets that are merged without a look at the table, at most.
  /// - Returns: The oldest prediction that was looked at when there may be more.
  mutating func look(
    in bounds: HistoryBounds, merging limit: Int = HistoryReader.facetLimit
  ) throws -> String? {
    let merged = facets.flatMap { $0.count <= limit ? $0 : nil }
    var (rest, step, looked) = (bounds, HistoryReader.scanStep, 0)
    // Those with a label lie far from each other.
    if merged == nil, HistorySQL.Source(filter) == .labelled { step /= 10 }
    while !rest.isEmpty, !isFull {
      let isLast = deadline == nil && (merged != nil || facets == nil)
      let floor = isLast ? nil : try floor(step, of: merged, in: rest)
      try add(of: merged, in: rest.from(floor))
      guard let floor, !isFull else { break }
      looked += step
      rest.below = floor
      if looked >= HistoryReader.scanLimit {
        guard deadline == nil else { return floor }
        try add(of: facets, in: rest)
        break
      }
      if isOver { return floor }
      step = min(2 * step, HistoryReader.scanLimit - looked)
    }
    return nil
  }

  private mutating func add(of facets: [Int64]?, in part: HistoryBounds) throws {
    let wanted = count - records.count
    records +=
      try facets.map { try source.newest(wanted, of: $0, filter, in: part) }
      ?? source.newest(wanted, filter, in: part)
  }

  /// The oldest prediction to look at, in the table or in some facets; `nil` when there are not so many.
  private func floor(
    _ count: Int, of facets: [Int64]?, in bounds: HistoryBounds
  ) throws -> String? {
    guard let facets else { return try source.floor(filter, in: bounds, count: count) }
    guard !facets.isEmpty else { return nil }
    return try source.floor(of: facets, in: bounds, count: max(count / facets.count, 1))
  }
}
