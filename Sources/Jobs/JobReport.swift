/// What a worker did with a job, for those who count.
public struct JobReport: Sendable {
  /// What happened.
  public enum Event: Sendable, Hashable {
    /// It took the job over from a worker that had died.
    case reclaimed
    /// The job is over, so long after a worker first took it.
    case ended(after: Duration)
  }

  /// What the job does.
  public let kind: JobKind
  /// What happened.
  public let event: Event

  /// Creates a report.
  public init(kind: JobKind, event: Event) {
    self.kind = kind
    self.event = event
  }
}
