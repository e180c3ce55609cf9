public import Foundation
import Synchronization

/// What a handler works with: the job's folder, where the last attempt stopped, and whom to tell of
/// progress. All of it may be used from any thread.
public final class JobContext: Sendable {
  private struct State {
    var changes = JobChanges()
    var checkpoint: EncodedJSON?
    var isCancelled = false
    /// The last of the writes that were begun; they happen in their order.
    var writing: Task<Void, any Error>?
  }

  /// A folder of the job's own, which all attempts find as the last one left it. Its part ``input`` goes
  /// when the job ends, the rest when the job is removed.
  public let folder: URL

  /// The part of the folder for what the job works on, such as an upload.
  public var input: URL { JobFolders.input(of: folder) }

  /// Which attempt this is, from 1 on.
  public let attempt: Int

  /// What was last given to ``saveCheckpoint(_:)`` or ``noteCheckpoint(_:)``, by this attempt or its
  /// predecessors.
  public var checkpoint: EncodedJSON? { state.withLock(\.checkpoint) }

  private let store: @Sendable (JobChanges) async throws -> Void
  private let state: Mutex<State>

  /// Creates a context.
  ///
  /// - Parameter store: Writes changes to the database; by default they are forgotten, which is for
  ///   tests of handlers.
  public convenience init(folder: URL, attempt: Int = 1, checkpoint: EncodedJSON? = nil) {
    self.init(folder: folder, attempt: attempt, checkpoint: checkpoint) { _ in }
  }

  package init(
    folder: URL, attempt: Int, checkpoint: EncodedJSON?,
    store: @escaping @Sendable (JobChanges) async throws -> Void
  ) {
    self.folder = folder
    self.attempt = attempt
    self.store = store
    state = Mutex(State(checkpoint: checkpoint))
  }

  /// Whether the handler has to stop. In the handler's task, `Task.isCancelled` says the same.
  public var isCancelled: Bool { state.withLock(\.isCancelled) }

  /// Stops a handler that has to.
  ///
  /// - Throws: `CancellationError`.
  public func checkCancellation() throws {
    if isCancelled { throw CancellationError() }
  }

  /// Says how far the job has come. Returns at once; the database has it within a second.
  public func report(_ progress: JobProgress) {
    state.withLock { $0.changes.progress = progress }
  }

  /// Keeps an event, for those who watch the job now or later. Returns at once; the database has it
  /// within a second.
  ///
  /// - Parameters:
  ///   - name: Lowercase letters and underscores, not ``JobEvent/stateName``.
  ///   - data: A JSON object.
  public func append(_ name: String, _ data: EncodedJSON) {
    let event = JobChanges.Event(time: Date(), name: name, data: data)
    state.withLock { $0.changes.events.append(event) }
  }

  /// Keeps where the next attempt may go on. Returns at once; the database has it within a second.
  ///
  /// A job whose process dies over and over is given up; each checkpoint makes the count start anew.
  public func noteCheckpoint(_ checkpoint: EncodedJSON) {
    state.withLock { state in
      state.checkpoint = checkpoint
      state.changes.checkpoint = checkpoint
    }
  }

  /// Keeps where the next attempt may go on, and returns once the database has it, with the progress
  /// and the events of before.
  ///
  /// - Throws: `RecordsError` when it cannot be kept, `CancellationError` when another worker has the
  ///   job by now.
  public func saveCheckpoint(_ checkpoint: EncodedJSON) async throws {
    noteCheckpoint(checkpoint)
    try await flush()
  }

  /// Runs work that blocks its thread, such as training, on a thread of its own. `Task.isCancelled` says
  /// there whether it has to stop.
  public func blocking<Value: Sendable>(
    _ body: @Sendable () throws -> Value
  ) async throws -> Value {
    try await withTaskExecutorPreference(ThreadExecutor(label: "job")) {
      try body()
    }
  }

  /// Writes what was told so far.
  package func flush() async throws {
    let writing = state.withLock { state in
      let previous = state.writing
      // A task of its own: what is told last is written even if the handler was cancelled.
      let task = Task {
        _ = await previous?.result
        try await write()
      }
      state.writing = task
      return task
    }
    try await writing.value
  }

  /// What was told and is not written yet, after all writes that were begun have ended.
  package func remainingChanges() async -> JobChanges {
    _ = await state.withLock(\.writing)?.result
    return take()
  }

  package var hasChanges: Bool { state.withLock { !$0.changes.isEmpty } }

  package func cancel() {
    state.withLock { $0.isCancelled = true }
  }

  private func take() -> JobChanges {
    state.withLock { state in
      defer { state.changes = JobChanges() }
      return state.changes
    }
  }

  private func write() async throws {
    let changes = take()
    guard !changes.isEmpty else { return }
    do {
      try await store(changes)
    } catch {
      state.withLock { $0.changes.prepend(changes) }
      throw error
    }
  }
}
