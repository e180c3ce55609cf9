/// All predictions that a filter lets through, newest first, read page by page: in as much memory as
/// one page takes, and without keeping the database from writing or tidying up in between.
///
/// What is stored after the first page was read is not among them.
public struct PredictionPages: Sendable {
  private let store: any PredictionStore
  private let filter: PredictionFilter
  private let size: Int
  private var cursor: PredictionCursor?
  private var isDone = false

  /// Creates a reader.
  ///
  /// - Parameter size: Records to read at once.
  public init(of store: any PredictionStore, matching filter: PredictionFilter, size: Int = 1_000) {
    self.store = store
    self.filter = filter
    self.size = size
  }

  /// The next records, at least one; `nil` when there are no more.
  ///
  /// - Throws: ``RecordsError`` when they cannot be read.
  public mutating func next() async throws(RecordsError) -> [PredictionRecord]? {
    while !isDone {
      let page = try await store.page(matching: filter, after: cursor, limit: size)
      cursor = page.next
      isDone = page.next == nil
      if !page.records.isEmpty { return page.records }
    }
    return nil
  }
}
