public import Foundation

/// A piece of work that takes longer than a request, as the database has it.
public struct Job: Sendable, Hashable, Identifiable {
  /// Its identity, which sorts by the time it was made; see `RecordID`.
  public var id: String
  /// What it does.
  public var kind: JobKind
  /// Where it stands.
  public var state: JobState
  /// What is asked for, as a JSON object that its handler understands.
  public var parameters: EncodedJSON
  /// The identity of the API key that asked.
  public var ownerKeyID: String
  /// When it was asked for.
  public var created: Date
  /// When a worker first took it.
  public var started: Date?
  /// When it was over.
  public var ended: Date?
  /// How far it has come.
  public var progress: JobProgress
  /// What came of it, as a JSON object, once it has succeeded.
  public var result: EncodedJSON?
  /// Why it failed.
  public var failure: JobFailure?
  /// How many times a worker took it; from the second time on it goes on where the one before stopped.
  public var attempt: Int
  /// Whether somebody wants it cancelled; its worker stops soon.
  public var isCancellationRequested: Bool
  /// Grows with every change of the job or its events.
  public var revision: Int

  /// Creates a job that waits for a worker.
  public init(
    id: String, kind: JobKind, parameters: EncodedJSON, ownerKeyID: String, created: Date = Date()
  ) {
    self.id = id
    self.kind = kind
    self.parameters = parameters
    self.ownerKeyID = ownerKeyID
    self.created = created
    state = .queued
    progress = JobProgress()
    attempt = 0
    isCancellationRequested = false
    revision = 0
  }
}
