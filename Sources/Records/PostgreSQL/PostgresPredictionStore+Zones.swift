import PostgreSQL
import Synchronization

extension PostgresPredictionStore {
  /// Notes that predictions were stored, and makes zones when they are enough.
  func noteStored(_ count: Int) {
    zones.withLock { zones in
      if zones.work.note(count) { zones.maker = Task { await makeZonesInTurns() } }
    }
  }

  /// Makes the zones that are missing.
  func startMakingZones() {
    zones.withLock { zones in
      if zones.work.start() { zones.maker = Task { await makeZonesInTurns() } }
    }
  }

  /// Makes no more zones, and waits for the one that is being made.
  func finishMakingZones() async {
    let maker = zones.withLock { zones in
      zones.work.isClosed = true
      return zones.maker
    }
    await maker?.value
  }

  /// Makes one zone after the other, in transactions of their own.
  private func makeZonesInTurns() async {
    var turn = ZoneTurn.done
    repeat {
      // After a failure, as when the database is away, it is tried again when more was stored.
      turn = (try? await makeZone(.standard)) ?? .done
    } while zones.withLock { $0.work.goesOn(after: turn) }
  }

  /// Makes all zones that are missing or were spoilt.
  func makeZones(_ layout: ZoneLayout) async throws(PostgresError) {
    while try await makeZone(layout) != .done {}
  }

  private func makeZone(_ layout: ZoneLayout) async throws(PostgresError) -> ZoneTurn {
    try await pool.transaction { connection throws(PostgresError) in
      try PostgresZones.makeNext(layout, in: connection)
    }
  }

  /// Removes the zones of predictions that were removed.
  func removeEmptyZones() async throws(RecordsError) {
    try await reading { () async throws(PostgresError) in
      try await pool.transaction { connection throws(PostgresError) in
        try PostgresZones.removeEmpty(connection)
      }
    }
  }
}
