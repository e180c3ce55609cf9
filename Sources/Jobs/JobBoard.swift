import Foundation
public import Records

/// Where jobs are asked for, watched and cancelled.
public struct JobBoard: Sendable {
  /// The most jobs that may wait.
  public static let waitingLimit = 1_000

  /// What the database knows of jobs.
  public let store: any JobStore
  /// What tells workers of new ones.
  public let queue: any JobQueue
  /// The folders of jobs.
  public let folders: JobFolders

  /// Creates a board.
  public init(store: any JobStore, queue: any JobQueue, folders: JobFolders) {
    self.store = store
    self.queue = queue
    self.folders = folders
  }

  /// Begins a job, whose folder can be filled then.
  ///
  /// - Throws: ``JobError/tooManyWaiting(limit:)``, `RecordsError`, or what the file system says when
  ///   the folder cannot be made.
  public func draft() async throws -> JobDraft {
    guard try await store.waitingCount() < Self.waitingLimit else {
      throw JobError.tooManyWaiting(limit: Self.waitingLimit)
    }
    let id = RecordID.make()
    return try JobDraft(id: id, folder: folders.folder(ofJob: id))
  }

  /// Asks for a job. It is in the database when the call returns.
  ///
  /// - Parameters:
  ///   - draft: The job's folder, with what it works on.
  ///   - parameters: What is asked for, as a JSON object that the handler understands.
  ///   - owner: The identity of the API key that asks.
  /// - Throws: `RecordsError`; the folder goes with the draft then.
  public func submit(
    _ draft: JobDraft, kind: JobKind, parameters: EncodedJSON, owner: String
  ) async throws(RecordsError) -> Job {
    let job = Job(id: draft.id, kind: kind, parameters: parameters, ownerKeyID: owner)
    try await store.insert(job)
    draft.submit()
    await queue.announce(job)
    return try await store.job(id: job.id) ?? job
  }

  /// Cancels a job: at once when it waits, soon when a worker has it, not at all when it is over.
  ///
  /// - Returns: The job as it is then; `nil` when there is none of this identity.
  public func cancel(id: String) async throws(RecordsError) -> Job? {
    let job = try await store.cancel(id: id)
    if let job, job.state.isEnd { folders.removeInput(ofJob: id) }
    return job
  }

  /// Removes a job that is over, with its events and its folder.
  ///
  /// - Returns: Whether there was one.
  public func remove(id: String) async throws(RecordsError) -> Bool {
    guard try await store.remove(id: id) else { return false }
    folders.remove(id)
    return true
  }
}
