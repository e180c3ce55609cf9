/// What is known of a zone, some thousand predictions that follow each other: which facets they have, with the
/// greatest confidence of each, and what their file names are made of.
///
/// It may say more than there is, never less: a prediction that was removed or labelled leaves what it was.
struct ZoneSummary: Sendable {
  /// For each facet eight bytes: its number and the code of its greatest confidence, the lower bytes first.
  let facets: [UInt8]
  /// The grams of the names as ``NameGrams/bytes`` has them.
  let names: [UInt8]?

  /// Sums up predictions.
  init(_ rows: some Sequence<ZoneRow>) {
    var greatest: [Int64: Double] = [:]
    var grams = NameGrams()
    for row in rows {
      greatest[row.facet] = max(greatest[row.facet] ?? 0, row.confidence)
      grams.insert(row.filename)
    }
    var facets: [UInt8] = []
    facets.reserveCapacity(8 * greatest.count)
    for (facet, confidence) in greatest.sorted(by: { $0.key < $1.key }) {
      for value in [UInt32(clamping: facet), Self.code(confidence)] {
        withUnsafeBytes(of: value.littleEndian) { facets += $0 }
      }
    }
    self.facets = facets
    names = grams.bytes
  }

  /// A confidence in 32 bits: of two, the greater has the greater code, or the same.
  static func code(_ confidence: Double) -> UInt32 {
    UInt32(clamping: Int64(max(0, min(confidence, 1)) * 4_294_967_296))
  }
}

/// What a zone says of one of its predictions.
struct ZoneRow: Sendable {
  let id: String
  let facet: Int64
  let confidence: Double
  let filename: String
}
