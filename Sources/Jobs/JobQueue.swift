public import Records

/// Hands out the work of a ``JobStore`` to workers.
///
/// The store says who gets a job; a queue only makes sure that workers look for it soon. So nothing is
/// lost with a queue's messages, and nothing is done twice when they come twice.
public protocol JobQueue: Sendable {
  /// Says that a job waits. Never fails: workers find it without being told, only later.
  func announce(_ job: Job) async

  /// Gets a worker a job, for which it waits a second or so.
  ///
  /// - Returns: `nil` when there was none; ask again.
  func claim(
    _ kind: JobKind, for worker: String
  ) async throws(RecordsError) -> JobClaim?

  /// Renews a claim with whatever hands out jobs; the store's is for the worker to renew.
  func keep(_ claim: JobClaim) async

  /// Says that a job has ended, or was given back.
  func settle(_ claim: JobClaim) async

  /// Forgets workers that were not seen for a day and have no job.
  func tidy(_ kind: JobKind) async
}
