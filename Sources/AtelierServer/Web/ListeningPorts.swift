import Synchronization

/// The ports the service listens on, as they become known.
final class ListeningPorts: Sendable {
  private struct State {
    var api: Int?
    var web: Int?
  }

  private let state = Mutex(State())

  /// The port of the API, once it listens.
  var api: Int? { state.withLock(\.api) }

  /// Notes a port.
  ///
  /// - Returns: Both, to whoever noted the second.
  func note(api: Int? = nil, web: Int? = nil) -> (api: Int, web: Int)? {
    state.withLock { state in
      state.api = api ?? state.api
      state.web = web ?? state.web
      guard let api = state.api, let web = state.web else { return nil }
      return (api, web)
    }
  }
}
