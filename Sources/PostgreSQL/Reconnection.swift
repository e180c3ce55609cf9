import Synchronization

/// Connects, with growing pauses between attempts that fail, which all connections of a pool share.
final class Reconnection: Sendable {
  private struct State {
    var pause = Reconnection.firstPause
    var nextAttempt = ContinuousClock.now
    var reason = ""
  }

  private static let firstPause = Duration.milliseconds(100)
  private static let longestPause = Duration.seconds(2)

  private let address: PostgresAddress
  private let state = Mutex(State())

  init(_ address: PostgresAddress) {
    self.address = address
  }

  /// Connects.
  ///
  /// - Throws: ``PostgresError/unreachable(reason:)``, at once while a pause lasts.
  func connect() throws(PostgresError) -> PostgresConnection {
    let reason = state.withLock { .now < $0.nextAttempt ? $0.reason : nil }
    if let reason { throw .unreachable(reason: reason) }
    do throws(PostgresError) {
      let connection = try PostgresConnection(address)
      state.withLock { $0.pause = Self.firstPause }
      return connection
    } catch {
      note(error)
      throw error
    }
  }

  private func note(_ error: PostgresError) {
    state.withLock { state in
      state.reason = error.reason
      // Others may have failed at the same time, which counts once.
      guard .now >= state.nextAttempt else { return }
      // Servers that lost the database together do not come back together.
      state.nextAttempt = .now + state.pause * Double.random(in: 0.5...1)
      state.pause = min(state.pause * 2, Self.longestPause)
    }
  }
}
