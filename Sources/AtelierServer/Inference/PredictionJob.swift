import Synchronization

/// A picture in the pool: it is answered exactly once, by whoever comes first: a worker, the
/// deadline, or the caller's leaving.
final class PredictionJob: Sendable {
  typealias Answer = Result<PredictionOutcome, PredictionFailure>

  let work: PredictionWork
  let arrival: ContinuousClock.Instant
  let deadline: ContinuousClock.Instant

  private enum State {
    case unawaited
    case awaited(CheckedContinuation<Answer, Never>)
    case answered(Answer)
  }

  private let state = Mutex(State.unawaited)

  init(_ work: PredictionWork, deadline: ContinuousClock.Instant) {
    self.work = work
    arrival = .now
    self.deadline = deadline
  }

  /// Whether nobody needs the result any more.
  var isAnswered: Bool {
    state.withLock { if case .answered = $0 { true } else { false } }
  }

  /// Waits for the answer; only one task may.
  func answer() async -> Answer {
    await withCheckedContinuation { continuation in
      let early: Answer? = state.withLock { state in
        if case .answered(let answer) = state { return answer }
        state = .awaited(continuation)
        return nil
      }
      if let early { continuation.resume(returning: early) }
    }
  }

  /// Answers the job, unless it was answered before.
  func finish(_ answer: Answer) {
    let continuation: CheckedContinuation<Answer, Never>? = state.withLock { state in
      switch state {
      case .answered: return nil
      case .unawaited:
        state = .answered(answer)
        return nil
      case .awaited(let continuation):
        state = .answered(answer)
        return continuation
      }
    }
    continuation?.resume(returning: answer)
  }
}
