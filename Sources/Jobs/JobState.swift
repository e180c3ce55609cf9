/// Where a job stands.
public enum JobState: String, CaseIterable, Sendable {
  /// It waits for a worker: it is new, or was given back by one that stopped.
  case queued
  /// A worker does it, or died while doing it and was not missed yet.
  case running
  /// It is done.
  case succeeded
  /// It ended with an error; see ``Job/failure``.
  case failed
  /// Somebody did not want it any more.
  case cancelled

  /// Whether the job is over, so that nothing of it changes any more.
  public var isEnd: Bool {
    switch self {
    case .queued, .running: false
    case .succeeded, .failed, .cancelled: true
    }
  }
}
