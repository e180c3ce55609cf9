public import Foundation
public import Records

/// What the database knows of jobs: it alone says who may work on which, and what became of them.
public protocol JobStore: Sendable {
  /// Adds a job that waits.
  func insert(_ job: Job) async throws(RecordsError)

  /// The job with an identity, or `nil`.
  func job(id: String) async throws(RecordsError) -> Job?

  /// The newest jobs that a filter lets through.
  ///
  /// - Parameters:
  ///   - id: The job after which to go on; `nil` starts with the newest.
  ///   - limit: The most jobs to read, at least one.
  func page(
    matching filter: JobFilter, after id: String?, limit: Int
  ) async throws(RecordsError) -> JobPage

  /// The events of a job after the one with a number, the oldest first.
  func events(
    ofJob id: String, after number: Int, limit: Int
  ) async throws(RecordsError) -> [JobEvent]

  /// How many jobs of each kind are in each state; those that are over until they are removed.
  func counts() async throws(RecordsError) -> [JobKind: [JobState: Int]]

  /// How many jobs wait.
  func waitingCount() async throws(RecordsError) -> Int

  /// Gives a worker a job that waits, or whose worker is dead: to one of those who ask at the same time.
  ///
  /// A job whose workers died over and over ends here instead, as does one that was to be cancelled.
  ///
  /// - Parameters:
  ///   - id: The job; `nil` for the oldest there is.
  ///   - kind: The kind the worker can do.
  ///   - worker: The worker's name.
  ///   - lease: How long the claim holds unless it is renewed.
  ///   - dead: Workers whose claims hold no more, though they were not given back.
  /// - Returns: `nil` when there is none to be had.
  func claim(
    _ id: String?, kind: JobKind, for worker: String, lease: Duration, dead: Set<String>
  ) async throws(RecordsError) -> JobClaim?

  /// The workers that have jobs now.
  func busyWorkers() async throws(RecordsError) -> Set<String>

  /// Whether a claim still holds.
  func standing(of claim: JobClaim) async throws(RecordsError) -> JobClaim.Standing

  /// Writes what the worker has told, and renews its claim. Nothing is written when the claim is lost.
  func renew(
    _ claim: JobClaim, lease: Duration, storing changes: JobChanges
  ) async throws(RecordsError) -> JobClaim.Standing

  /// Ends a job, after its last changes.
  ///
  /// - Returns: Whether the claim held until then; otherwise nothing has changed.
  func end(
    _ claim: JobClaim, with outcome: JobOutcome, storing changes: JobChanges
  ) async throws(RecordsError) -> Bool

  /// Gives a job back, so that another worker goes on with it. This is no crash.
  ///
  /// - Returns: Whether the claim held until then; otherwise nothing has changed.
  func release(
    _ claim: JobClaim, storing changes: JobChanges
  ) async throws(RecordsError) -> Bool

  /// Cancels a job: at once when it waits, soon when a worker has it.
  ///
  /// - Returns: The job as it is then; `nil` when there is none of this identity.
  func cancel(id: String) async throws(RecordsError) -> Job?

  /// Removes a job that is over, with its events.
  ///
  /// - Returns: Whether there was one.
  func remove(id: String) async throws(RecordsError) -> Bool

  /// The jobs that were over before a time, the oldest first.
  func ended(before date: Date, limit: Int) async throws(RecordsError) -> [String]
}

extension JobStore {
  /// How many workers may die one after the other over a job before it is given up.
  public static var crashLimit: Int { 3 }
}
