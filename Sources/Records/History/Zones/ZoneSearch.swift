/// What a page asks of zones before it looks at their predictions.
struct ZoneSearch: Sendable {
  /// Whether a facet is asked for, by its number; `nil` when all are.
  private let isWanted: [Bool]?
  private let leastCode: UInt32
  /// The grams that the name of a file has to have.
  let grams: [UInt16]

  /// Creates a search.
  ///
  /// - Parameter facets: The numbers of the facets that meet the filter's conditions; `nil` when it has none.
  init(_ filter: PredictionFilter, facets: [Int64]?) {
    isWanted = facets.map { facets in
      var isWanted = [Bool](repeating: false, count: Int((facets.max() ?? -1) + 1))
      for facet in facets { isWanted[Int(facet)] = true }
      return isWanted
    }
    leastCode = ZoneSummary.code(filter.minimumConfidence ?? 0)
    grams = NameGrams.hashes(of: filter.filename ?? "")
  }

  /// The facets of a zone in which there may be what is asked for.
  ///
  /// - Parameters:
  ///   - facets: Those the zone had, as ``ZoneSummary/facets`` has them.
  ///   - changes: Those that came to it, 16 hexadecimal digits each: the number and the code.
  ///   - names: The grams of its names; `nil` when they are not known.
  func facets(
    in facets: UnsafeRawBufferPointer, changes: UnsafeRawBufferPointer,
    names: UnsafeRawBufferPointer?
  ) -> [Int64] {
    if let names, !NameGrams.contain(names, grams) { return [] }
    var found: [Int64] = []
    for offset in stride(from: 0, through: facets.count - 8, by: 8) {
      let facet = UInt32(
        littleEndian: facets.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      let code = UInt32(
        littleEndian: facets.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
      if accepts(facet, code) { found.append(Int64(facet)) }
    }
    for offset in stride(from: 0, through: changes.count - 16, by: 16) {
      let facet = Self.number(changes[offset..<offset + 8])
      let code = Self.number(changes[offset + 8..<offset + 16])
      if accepts(facet, code), !found.contains(Int64(facet)) { found.append(Int64(facet)) }
    }
    return found
  }

  private func accepts(_ facet: UInt32, _ code: UInt32) -> Bool {
    guard code >= leastCode else { return false }
    guard let isWanted else { return true }
    return facet < isWanted.count && isWanted[Int(facet)]
  }

  private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt32 {
    digits.reduce(0) { $0 << 4 | UInt32($1 < 58 ? $1 &- 48 : $1 &- 87) & 15 }
  }
}

/// A part of the history that was summed up.
struct HistoryZone: Sendable {
  let bounds: HistoryBounds
  /// The facets in which there may be what is asked for; `nil` when that is not known.
  let facets: [Int64]?
}
