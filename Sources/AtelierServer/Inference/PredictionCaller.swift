import APIKeys

/// For whom pictures are classified: a request, or a job that was asked for earlier.
protocol PredictionCaller: Sendable {
  /// The identity that logs and records have.
  var requestID: String { get }
  /// The identity of the key that asked; empty when there is none.
  var keyID: String { get }
  /// What the request's log line and the metrics will say.
  var notes: RequestNotes { get }
  /// When the request's head was read.
  var start: ContinuousClock.Instant { get }

  /// The connection whose end is the end of the interest; `nil` when there is none.
  func connection(among connections: Connections) -> Connection?
}

extension ServiceContext: PredictionCaller {
  var keyID: String { key?.id ?? "" }

  func connection(among connections: Connections) -> Connection? {
    connections.connection(of: channel)
  }
}
