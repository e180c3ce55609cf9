import Dispatch
import Synchronization

/// A result that a thread waits for.
final class Outcome<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, PostgresError>>(.failure(.closed))
  private let isThere = DispatchSemaphore(value: 0)

  func set(_ result: Result<Value, PostgresError>) {
    self.result.withLock { $0 = result }
    isThere.signal()
  }

  func wait() -> Result<Value, PostgresError> {
    isThere.wait()
    return result.withLock(\.self)
  }
}
