/// Which jobs to show.
public struct JobFilter: Sendable, Hashable {
  /// Those of one state; `nil` for all.
  public var state: JobState?
  /// Those of some kinds; `nil` for all.
  public var kinds: Set<JobKind>?
  /// Those that one API key asked for; `nil` for all.
  public var ownerKeyID: String?

  /// A filter that lets all jobs through.
  public init() {}
}
