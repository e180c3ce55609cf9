import Records

extension SQLitePredictionStore {
  /// The identities of all records, read from the records themselves.
  func identities() async throws -> [String] {
    var pages = PredictionPages(of: self, matching: PredictionFilter())
    var identities: [String] = []
    while let page = try await pages.next() { identities += page.map(\.id) }
    return identities
  }
}
