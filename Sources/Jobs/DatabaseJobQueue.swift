public import Records

/// Hands out jobs by looking into the database: at once for those of this process, once a second for
/// those of others.
public final class DatabaseJobQueue: JobQueue {
  let store: any JobStore
  let folders: JobFolders
  let lease: Duration
  private let pollInterval: Duration
  private let wakeUps = WakeUps()

  /// Creates a queue.
  ///
  /// - Parameters:
  ///   - store: What the database knows of jobs.
  ///   - folders: Where workers show that they live.
  ///   - lease: How long a claim holds unless it is renewed.
  ///   - pollInterval: How often to look.
  public init(
    store: any JobStore, folders: JobFolders, lease: Duration = JobWorker.defaultLease,
    pollInterval: Duration = .seconds(1)
  ) {
    self.store = store
    self.folders = folders
    self.lease = lease
    self.pollInterval = pollInterval
  }

  /// Wakes the workers of this process.
  public func announce(_ job: Job) async { wakeUps.wake() }

  /// Gets a worker the oldest job there is, or waits.
  public func claim(
    _ kind: JobKind, for worker: String
  ) async throws(RecordsError) -> JobClaim? {
    let count = wakeUps.count
    let dead = try await deadWorkers()
    if let claim = try await claim(nil, kind, for: worker, dead: dead) { return claim }
    await wakeUps.wait(after: count, atMost: pollInterval)
    return nil
  }

  func claim(
    _ id: String?, _ kind: JobKind, for worker: String, dead: Set<String>
  ) async throws(RecordsError) -> JobClaim? {
    try await store.claim(id, kind: kind, for: worker, lease: lease, dead: dead)
  }

  /// The workers that have jobs and are known to be dead.
  func deadWorkers() async throws(RecordsError) -> Set<String> {
    WorkerPresence.dead(among: try await store.busyWorkers(), in: folders)
  }

  /// Does nothing: the store's claim is all there is.
  public func keep(_ claim: JobClaim) async {}

  /// Does nothing: the store has it.
  public func settle(_ claim: JobClaim) async {}

  /// Does nothing: the database has no list of workers.
  public func tidy(_ kind: JobKind) async {}
}
