import PostgreSQL

extension PostgresPredictionStore {
  /// Writes records in one statement, which is one transaction: a duplicate fails alone, and so does a
  /// record that the database refuses; everything else is stored all together.
  func write(_ group: [PredictionInsert]) async -> [Result<Void, RecordsError>] {
    // In one order: groups of two servers that have a record in common wait for each other once.
    var first: [String: Int] = [:]
    for (index, insert) in group.enumerated() where first[insert.record.id] == nil {
      first[insert.record.id] = index
    }
    let unique = first.values.sorted { group[$0].record.id < group[$1].record.id }
    let results = await store(unique.map { group[$0] })
    var ordered: [Result<Void, RecordsError>] = group.map {
      .failure(.duplicate(id: $0.record.id))
    }
    for (index, result) in zip(unique, results) { ordered[index] = result }
    return ordered
  }

  /// Stores records of different identities.
  private func store(_ inserts: [PredictionInsert]) async -> [Result<Void, RecordsError>] {
    do throws(PostgresError) {
      let stored = try await identities(storing: inserts)
      noteStored(stored.count)
      return inserts.map {
        stored.contains($0.record.id)
          ? .success(()) : .failure(.duplicate(id: $0.record.id))
      }
    } catch {
      if case .unreachable = error { facets.forget() }
      // What is wrong with the values of one record is not the others' fault.
      guard inserts.count > 1,
        error.code.map({ ["22", "23", "54"].contains($0.prefix(2)) }) == true
      else {
        return inserts.map { _ in .failure(Self.recordsError(error)) }
      }
      let half = inserts.count / 2
      return await store(Array(inserts[..<half])) + store(Array(inserts[half...]))
    }
  }

  private func identities(
    storing inserts: [PredictionInsert]
  ) async throws(PostgresError) -> Set<String> {
    let dates = inserts.compactMap { RecordID.date(of: $0.record.id) }
    try await months.make(dates, using: pool)
    do throws(PostgresError) {
      return try await identities(inserting: inserts)
    } catch {
      // The table of a month is gone that was known: somebody has removed its predictions.
      guard error.code == "23514" else { throw error }
      months.forget()
      try await months.make(dates, using: pool)
      return try await identities(inserting: inserts)
    }
  }

  private func identities(
    inserting inserts: [PredictionInsert]
  ) async throws(PostgresError) -> Set<String> {
    var numbers: [Int64] = []
    for insert in inserts {
      numbers.append(try await facets.number(of: Facet(insert.record), using: pool))
    }
    let rows = try await pool.query(PredictionColumns.insert(inserts, facets: numbers)).rows
    var stored: Set<String> = []
    for row in rows { stored.insert(try row.text("id")) }
    return stored
  }
}
