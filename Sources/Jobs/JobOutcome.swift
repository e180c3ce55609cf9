/// How a job ended.
public enum JobOutcome: Sendable, Hashable {
  /// It is done.
  case succeeded(EncodedJSON)
  /// It cannot be done.
  case failed(JobFailure)
  /// Somebody cancelled it.
  case cancelled

  /// It was tried by ``JobStore/crashLimit`` workers that died.
  static var workersDied: JobOutcome {
    .failed(
      JobFailure(
        code: "worker_died",
        message:
          "the process that worked on it died \(SQLiteJobStore.crashLimit) times at the same place; "
          + "the log of the service may say why"))
  }

  /// The state of a job that ended so.
  var state: JobState {
    switch self {
    case .succeeded: .succeeded
    case .failed: .failed
    case .cancelled: .cancelled
    }
  }

  /// What came of it, if it is done.
  var result: EncodedJSON? {
    if case .succeeded(let result) = self { result } else { nil }
  }

  /// Why it cannot be done, if it cannot.
  var failure: JobFailure? {
    if case .failed(let failure) = self { failure } else { nil }
  }
}
