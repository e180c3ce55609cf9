import GRDB
import Synchronization

extension SQLitePredictionStore {
  /// Notes that predictions were stored, and makes zones when they are enough.
  func noteStored(_ count: Int) {
    if zones.withLock({ $0.note(count) }) { makeZonesInTurns() }
  }

  /// Makes the zones that are missing.
  func startMakingZones() {
    if zones.withLock({ $0.start() }) { makeZonesInTurns() }
  }

  /// Makes one zone after the other; in between, others that wait for the writer have their turn.
  private func makeZonesInTurns() {
    pool.asyncWriteWithoutTransaction { [self] database in
      let turn = (try? makeZone(.standard, in: database)) ?? .done
      // After a failure, as when the disk is full, it is tried again when more was stored.
      if zones.withLock({ $0.goesOn(after: turn) }) { makeZonesInTurns() }
    }
  }

  /// Makes all zones that are missing or were spoilt.
  func makeZones(_ layout: ZoneLayout) async throws {
    var turn = ZoneTurn.made
    while turn != .done {
      turn = try await pool.writeWithoutTransaction { try makeZone(layout, in: $0) }
    }
  }

  private func makeZone(_ layout: ZoneLayout, in database: Database) throws -> ZoneTurn {
    var turn = ZoneTurn.done
    try database.inTransaction(.immediate) {
      turn = try SQLiteZones(database: database, layout: layout).makeNext()
      return .commit
    }
    return turn
  }
}
