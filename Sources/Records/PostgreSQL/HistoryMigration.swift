import PostgreSQL

/// Copies predictions from a SQLite database to PostgreSQL, with their pictures and labels, newest first,
/// a bounded number at a time.
///
/// What is there already stays as it is, so that a copy that was interrupted goes on when it is started
/// again, and one that was finished takes over what has come since.
public struct HistoryMigration: Sendable {
  /// How far it has come.
  public struct Progress: Sendable, Hashable {
    /// Predictions there were when it began.
    public internal(set) var total: Int
    /// Predictions that were copied.
    public internal(set) var copied = 0
    /// Predictions that were there already.
    public internal(set) var present = 0
    /// Labels that were taken over for those.
    public internal(set) var labels = 0
  }

  /// Predictions that are read at once.
  private static let chunk = 1_000

  private let source: SQLitePredictionStore
  private let target: PostgresPredictionStore

  /// Creates a migration.
  public init(from source: SQLitePredictionStore, to target: PostgresPredictionStore) {
    self.source = source
    self.target = target
  }

  /// Copies, and checks that all is there.
  ///
  /// - Parameter onProgress: Told after each thousand.
  /// - Returns: What was done.
  /// - Throws: ``RecordsError``; `CancellationError` when the task is cancelled.
  public func run(onProgress: (Progress) -> Void = { _ in }) async throws -> Progress {
    do {
      return try await copyAll(onProgress)
    } catch  where Task.isCancelled {
      // A database that is asked in a cancelled task may call that a failure of its own.
      throw CancellationError()
    }
  }

  private func copyAll(_ onProgress: (Progress) -> Void) async throws -> Progress {
    let counts = try await source.counts()
    var progress = Progress(total: counts.total)
    var pages = PredictionPages(of: source, matching: PredictionFilter(), size: Self.chunk)
    while let records = try await pages.next() {
      try Task.checkCancellation()
      try await copy(records, &progress)
      onProgress(progress)
    }
    let reached = try await target.counts()
    let missing = counts.counts.filter { reached.counts[$0.key, default: 0] < $0.value }
    guard missing.isEmpty, progress.copied + progress.present >= counts.total else {
      throw RecordsError.cannotMigrate(
        reason: "\(counts.total - progress.copied - progress.present) predictions of "
          + "\(counts.total) were not read, and of \(missing.count) kinds there are too few; "
          + "was something removed meanwhile? Run it again")
    }
    return progress
  }

  private func copy(_ records: [PredictionRecord], _ progress: inout Progress) async throws {
    let labels = try await target.labels(of: records.map(\.id))
    let new = records.filter { labels[$0.id] == nil }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for record in new {
        group.addTask {
          let picture = try await source.picture(id: record.id)
          do {
            try await target.insert(record, picture: picture)
          } catch RecordsError.duplicate {
            // Another copy that runs at the same time was first.
          }
        }
      }
      try await group.waitForAll()
    }
    progress.copied += new.count
    progress.present += records.count - new.count
    // Somebody may have said what a picture shows since it was copied.
    for record in records where record.trueLabel != nil && labels[record.id] == .some(nil) {
      if try await target.setLabel(record.trueLabel, id: record.id) != nil { progress.labels += 1 }
    }
  }
}

extension PostgresPredictionStore {
  /// The labels of those of some records that are there.
  fileprivate func labels(of ids: [String]) async throws(RecordsError) -> [String: String?] {
    try await reading { () async throws(PostgresError) in
      let answer = try await pool.query(
        "SELECT id, true_label FROM predictions WHERE id = ANY($1::uuid[])",
        [PostgresText.array(ids.filter(RecordID.isWellFormed))])
      var labels: [String: String?] = [:]
      for row in answer.rows {
        labels.updateValue(try row.optional("true_label"), forKey: try row.text("id"))
      }
      return labels
    }
  }
}
