package import PostgreSQL

extension PostgresPredictionStore {
  /// The picture of a record; `nil` when there is no such record, or none was kept with it.
  public func picture(id: String) async throws(RecordsError) -> [UInt8]? {
    guard RecordID.isWellFormed(id) else { return nil }
    return try await reading { () async throws(PostgresError) in
      try await pool.query("SELECT pixels FROM prediction_pictures WHERE id = $1::uuid", [id])
        .rows.first?.text("pixels")
    }.flatMap { PostgresText.bytes(of: $0) }
  }

  /// The newest records that a filter lets through.
  public func page(
    matching filter: PredictionFilter, after cursor: PredictionCursor?, limit: Int
  ) async throws(RecordsError) -> PredictionPage {
    try await reading { () async throws(PostgresError) in
      // One state of the database: a label that is set meanwhile moves no record within the page.
      try await pool.transaction("ISOLATION LEVEL REPEATABLE READ READ ONLY") {
        connection throws(PostgresError) in
        do {
          let source = PostgresHistorySource(connection: connection)
          return try HistoryReader(source: source, filter: filter).page(after: cursor, limit: limit)
        } catch let error as PostgresError {
          throw error
        } catch {
          throw .unexpected(reason: "\(error)")
        }
      }
    }
  }

  /// Notes the true class of a prediction, or with `nil` that it is not known.
  public func setLabel(
    _ label: String?, id: String
  ) async throws(RecordsError) -> PredictionRecord? {
    guard var record = try await record(id: id) else { return nil }
    record.trueLabel = label
    let facet = Facet(record)
    return try await reading { () async throws(PostgresError) in
      // What else is part of the facet never changes, so that this needs no transaction.
      let number = try await facets.number(of: facet, using: pool)
      let answer = try await pool.query(
        """
        UPDATE predictions SET true_label = $1, facet = $2::bigint WHERE id = $3::uuid
        RETURNING \(PredictionColumns.names)
        """, [label.map(PostgresText.text), String(number), id])
      return try PredictionRecord.all(in: answer).first
    }
  }

  func reading<Value>(
    _ body: () async throws(PostgresError) -> Value
  ) async throws(RecordsError) -> Value {
    do {
      return try await body()
    } catch {
      throw Self.recordsError(error)
    }
  }

  /// What an error of PostgreSQL means for records (SQLSTATE: PostgreSQL's documentation, appendix A).
  package static func recordsError(_ error: PostgresError) -> RecordsError {
    switch error {
    case .closed: return .closed
    case .overloaded: return .overloaded
    case .unreachable(let reason): return .unreachable(reason: reason)
    case .unexpected(let reason): return .broken(reason: reason)
    case .invalidURL: return .broken(reason: "\(error)")
    case .refused(let code, let reason):
      switch code {
      case "53100": return .diskFull
      // Deadlocks, locks and statements that took too long, transactions that got in each other's way.
      case "40P01", "40001", "55P03", "57014": return .busy
      default: return .broken(reason: "\(reason) (\(code))")
      }
    }
  }
}
