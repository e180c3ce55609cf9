/// A worker's right to a job: as long as it is renewed, nobody else gets the job.
public struct JobClaim: Sendable {
  /// The job, as it was when the worker got it.
  public let job: Job
  /// Who has it.
  public let worker: String
  /// Where the last attempt stopped.
  public let checkpoint: EncodedJSON?
  /// Whether the worker that had the job before has died.
  let isReclaimed: Bool
  /// The entry of the stream that handed it out, when Redis did.
  var entry: String?

  /// Whether a claim still holds.
  public enum Standing: Sendable, Hashable {
    /// It does.
    case held
    /// It does, but somebody wants the job cancelled.
    case cancelled
    /// Another worker has the job, or it is gone.
    case lost
  }
}
