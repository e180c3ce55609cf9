import Foundation
import Logging
import Records
import Synchronization

/// A worker's work on one job, from claim to end.
final class JobRun: Sendable {
  /// Why a handler was told to stop.
  private enum Interruption {
    /// Somebody wants the job cancelled.
    case cancelled
    /// Another worker has the job.
    case lost
    /// The worker has to stop.
    case stopping
  }

  private struct State {
    var interruption: Interruption?
    /// Whether the worker has to stop, whatever else the handler was told to stop for.
    var isStopping = false
    var standing = JobClaim.Standing.held
    var renewed = ContinuousClock.now
  }

  private let claim: JobClaim
  private let handler: any JobHandler
  private let worker: JobWorker
  private let state = Mutex(State())

  init(_ claim: JobClaim, handler: any JobHandler, worker: JobWorker) {
    self.claim = claim
    self.handler = handler
    self.worker = worker
  }

  private var store: any JobStore { worker.board.store }
  private var lease: Duration { worker.configuration.lease }
  private var metadata: Logger.Metadata {
    [
      "job": .string(claim.job.id), "kind": .string(claim.job.kind.rawValue),
      "attempt": .stringConvertible(claim.job.attempt),
    ]
  }

  /// Runs the handler, and writes what came of it. When the task is cancelled, the job is given back.
  func run() async {
    worker.logger.info("a job begins", metadata: metadata)
    if claim.isReclaimed { worker.observer(JobReport(kind: claim.job.kind, event: .reclaimed)) }
    let folder = worker.board.folders.folder(ofJob: claim.job.id)
    let context = JobContext(
      folder: folder, attempt: claim.job.attempt, checkpoint: claim.checkpoint
    ) { [self] changes in
      try await renew(storing: changes)
    }
    let work = Task { [claim, handler] in
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      return try await handler.run(claim.job, in: context)
    }
    let watching = Task { await watch(work, context) }
    let result = await withTaskCancellationHandler {
      await firstResult(of: work)
    } onCancel: {
      interrupt(.stopping, work, context)
    }
    watching.cancel()
    guard let result else {
      worker.logger.warning("a job does not stop; it goes on elsewhere", metadata: metadata)
      return
    }
    await conclude(result, context)
  }

  /// The result of the work; `nil` when it does not stop though it has to.
  private func firstResult(
    of work: Task<EncodedJSON, any Error>
  ) async -> Result<EncodedJSON, any Error>? {
    let (results, continuation) = AsyncStream<Result<EncodedJSON, any Error>>.makeStream()
    Task {
      continuation.yield(await work.result)
      continuation.finish()
    }
    let timer = Task { [timeout = worker.configuration.stopTimeout] in
      while !state.withLock(\.isStopping) {
        try await Task.sleep(for: .milliseconds(100))
      }
      try await Task.sleep(for: timeout)
      continuation.finish()
    }
    defer { timer.cancel() }
    // A task of its own: the cancellation of this one must not end the wait.
    return await Task { await results.first { _ in true } }.value
  }

  private func interrupt(
    _ reason: Interruption, _ work: Task<EncodedJSON, any Error>, _ context: JobContext
  ) {
    state.withLock { state in
      if reason == .stopping { state.isStopping = true }
      // Nothing is worse than a job that another worker has.
      if state.interruption == nil || reason == .lost { state.interruption = reason }
    }
    context.cancel()
    work.cancel()
  }

  /// Writes what the handler tells, renews the claim, and looks whether the job is still wanted.
  private func watch(_ work: Task<EncodedJSON, any Error>, _ context: JobContext) async {
    while !Task.isCancelled {
      try? await Task.sleep(for: worker.configuration.tick)
      guard !Task.isCancelled else { return }
      do {
        switch try await standing(context) {
        case .held: break
        case .cancelled: interrupt(.cancelled, work, context)
        case .lost: interrupt(.lost, work, context)
        }
      } catch is CancellationError {
        interrupt(.lost, work, context)
      } catch {
        worker.logger.warning("a job's state cannot be written", error: error, metadata: metadata)
        // Others take the claim for lost by now.
        if age > lease { interrupt(.lost, work, context) }
      }
    }
  }

  private var age: Duration { .now - state.withLock(\.renewed) }

  private func standing(_ context: JobContext) async throws -> JobClaim.Standing {
    if age > lease / 3 {
      await worker.board.queue.keep(claim)
      try await renew(storing: JobChanges())
    }
    guard context.hasChanges else { return try await store.standing(of: claim) }
    try await context.flush()
    return state.withLock(\.standing)
  }

  private func renew(storing changes: JobChanges) async throws {
    let time = ContinuousClock.now
    let standing = try await store.renew(claim, lease: lease, storing: changes)
    state.withLock {
      $0.standing = standing
      if standing != .lost { $0.renewed = time }
    }
    if standing == .lost { throw CancellationError() }
  }

  private func conclude(
    _ result: Result<EncodedJSON, any Error>, _ context: JobContext
  ) async {
    let interruption = state.withLock(\.interruption)
    let changes = await context.remainingChanges()
    switch (result, interruption) {
    case (_, .lost):
      worker.logger.warning("another worker has the job", metadata: metadata)
    case (.success(let value), _): await end(.succeeded(value), changes)
    case (.failure, .cancelled): await end(.cancelled, changes)
    case (.failure, .stopping): await release(changes)
    case (.failure(let error as JobFailure), nil): await end(.failed(error), changes)
    case (.failure(let error), nil):
      worker.logger.error("a job failed", error: error, metadata: metadata)
      await end(
        .failed(
          JobFailure(
            code: "internal_error",
            message: "the service failed; its log says why, under this job's identity")), changes)
    }
  }

  private func end(_ outcome: JobOutcome, _ changes: JobChanges) async {
    guard
      await persisting({ () async throws(RecordsError) in
        try await self.store.end(self.claim, with: outcome, storing: changes)
      })
    else { return }
    worker.board.folders.removeInput(ofJob: claim.job.id)
    let start = claim.job.started ?? claim.job.created
    worker.observer(
      JobReport(kind: claim.job.kind, event: .ended(after: .seconds(-start.timeIntervalSinceNow))))
    await worker.board.queue.settle(claim)
    worker.logger.info("a job is over", metadata: metadata)
  }

  private func release(_ changes: JobChanges) async {
    guard
      await persisting({ () async throws(RecordsError) in
        try await self.store.release(self.claim, storing: changes)
      })
    else { return }
    await worker.board.queue.settle(claim)
    await worker.board.queue.announce(claim.job)
    worker.logger.info("a job is given back", metadata: metadata)
  }

  /// Tries to write for a while. What cannot be written then is as if the worker had died.
  private func persisting(_ write: () async throws(RecordsError) -> Bool) async -> Bool {
    for attempt in 1... {
      do throws(RecordsError) {
        return try await write()
      } catch {
        worker.logger.error("a job's end cannot be written", error: error, metadata: metadata)
        if attempt == 5 || error == .closed { return false }
        try? await Task.sleep(for: .milliseconds(200) * attempt)
      }
    }
    return false
  }
}
