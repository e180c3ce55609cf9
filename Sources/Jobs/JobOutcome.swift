/// How a job ended.
public enum JobOutcome: Sendable, Hashable {
  /// It is done.
  case succeeded(EncodedJSON)
  /// It cannot be done.
  case failed(JobFailure)
  /// Somebody cancelled it.
  case cancelled
}
