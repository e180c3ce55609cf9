import NIOCore
import Synchronization

/// The open connections, so that a request can be told when its caller has gone.
final class Connections: Sendable {
  private let connections = Mutex<[ObjectIdentifier: Connection]>([:])

  /// How many connections are open.
  var count: Int { connections.withLock(\.count) }

  /// The connection of a channel; `nil` in tests that have no socket.
  func connection(of channel: any Channel) -> Connection? {
    connections.withLock { $0[ObjectIdentifier(channel)] }
  }

  func add(_ connection: Connection, for channel: any Channel) {
    connections.withLock { $0[ObjectIdentifier(channel)] = connection }
  }

  func remove(channel: any Channel) {
    connections.withLock { $0[ObjectIdentifier(channel)] = nil }
  }
}

/// One connection, and who wants to know of its end.
final class Connection: Sendable {
  private struct State {
    var isClosed = false
    var onClose: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  /// Runs an operation; calls `onClose` when the caller closes the connection meanwhile, or has
  /// closed it before.
  func watching<Value>(
    _ operation: () async throws -> Value, onClose: @escaping @Sendable () -> Void
  ) async rethrows -> Value {
    let isClosed = state.withLock { state in
      state.onClose = onClose
      return state.isClosed
    }
    if isClosed { onClose() }
    defer { state.withLock { $0.onClose = nil } }
    return try await operation()
  }

  /// Notes that the caller has closed its end.
  func close() {
    state.withLock { state in
      state.isClosed = true
      return state.onClose
    }?()
  }
}
