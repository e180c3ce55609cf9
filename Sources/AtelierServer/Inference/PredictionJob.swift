import Synchronization

/// A picture in the pool: it is answered exactly once, by whoever comes first: a worker, the
/// deadline, or the caller's leaving.
final class PredictionJob: Sendable {
  typealias Answer = Result<PredictionOutcome, PredictionFailure>
  /// What is done with an outcome before it is the answer, on the thread that computed it; it calls what
  /// it is given when that is done.
  typealias Sequel = @Sendable (PredictionOutcome, @escaping @Sendable () -> Void) -> Void

  let work: PredictionWork
  let arrival: ContinuousClock.Instant
  let deadline: ContinuousClock.Instant
  private let sequel: Sequel?

  private struct State {
    /// Whether there is an answer, though it may still have its sequel.
    var isAnswered = false
    var answer: Answer?
    var continuation: CheckedContinuation<Answer, Never>?
  }

  private let state = Mutex(State())

  init(_ work: PredictionWork, deadline: ContinuousClock.Instant, sequel: Sequel? = nil) {
    self.work = work
    arrival = .now
    self.deadline = deadline
    self.sequel = sequel
  }

  /// Whether nobody needs the result any more.
  var isAnswered: Bool { state.withLock(\.isAnswered) }

  /// Waits for the answer; only one task may.
  func answer() async -> Answer {
    await withCheckedContinuation { continuation in
      let early: Answer? = state.withLock { state in
        if state.answer == nil { state.continuation = continuation }
        return state.answer
      }
      if let early { continuation.resume(returning: early) }
    }
  }

  /// Answers the job, unless it was answered before.
  func finish(_ answer: Answer) {
    let isFirst = state.withLock { state in
      defer { state.isAnswered = true }
      return !state.isAnswered
    }
    guard isFirst else { return }
    if let sequel, case .success(let outcome) = answer {
      sequel(outcome) { self.deliver(answer) }
    } else {
      deliver(answer)
    }
  }

  private func deliver(_ answer: Answer) {
    let continuation = state.withLock { state in
      state.answer = answer
      return state.continuation.take()
    }
    continuation?.resume(returning: answer)
  }
}
