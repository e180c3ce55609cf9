/// Some jobs of a list, newest first.
public struct JobPage: Sendable, Hashable {
  /// The jobs.
  public let jobs: [Job]
  /// The identity after which the next page goes on; `nil` on the last page.
  public let next: String?
}
