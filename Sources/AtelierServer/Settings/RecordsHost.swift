public import Counters
import Foundation
public import Jobs
public import Records
import Redis

/// Opens the records that a server with the same settings keeps, whether it runs or not.
public struct RecordsHost: Sendable {
  private let settings: Settings

  /// Creates a host.
  public init(_ settings: Settings) {
    self.settings = settings
  }

  /// The records; there has to be a database.
  ///
  /// - Throws: `RecordsError/cannotOpen(path:reason:)`.
  public func store() throws(RecordsError) -> any PredictionDatabase {
    try Storage(existing: settings).predictions
  }

  /// The jobs; there has to be a database.
  ///
  /// - Throws: `RecordsError/cannotOpen(path:reason:)`, or `RedisError` when the address of Redis cannot
  ///   be read.
  public func jobs() async throws -> JobBoard {
    let host = ServiceHost(settings)
    let home = URL(filePath: settings.text(.home), directoryHint: .isDirectory)
    let storage = try Storage(existing: settings)
    return host.jobs(in: home, of: storage.jobs, redis: try await host.redis())
  }

  /// Makes the counts that servers share through Redis those of the database, if there is a Redis.
  /// Servers notice predictions that they store, but not what others take away.
  ///
  /// - Throws: `CounterError` when Redis cannot be reached.
  public func publishCounts(of store: any PredictionStore) async throws(CounterError) {
    let host = ServiceHost(settings)
    let address: RedisAddress?
    do throws(RedisError) {
      address = try await host.redis()
    } catch {
      throw .redis(error)
    }
    if let address { _ = try await host.counter(of: store, at: address).counts() }
  }
}
