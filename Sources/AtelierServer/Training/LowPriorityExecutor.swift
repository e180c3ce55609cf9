import Foundation
import Glibc

/// Runs a task on threads of its own that the system serves last, so that what blocks for minutes takes
/// nothing from those who wait for an answer.
final class LowPriorityExecutor: TaskExecutor {
  /// The niceness of the threads: 0 is everybody's, 19 the least priority.
  private static let niceness: Int32 = 15
  /// Bytes of stack, as much as LibTorch may need.
  private static let stackSize = 8 << 20

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let thread = Thread { [self] in
      // On Linux, this concerns the calling thread alone. A thread that stays as it is works too.
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
    thread.name = "training"
    thread.stackSize = Self.stackSize
    thread.start()
  }

  /// Runs work that blocks, on such a thread.
  static func run<Value: Sendable>(
    _ body: @Sendable () throws -> Value
  ) async throws -> Value {
    try await withTaskExecutorPreference(LowPriorityExecutor()) { try body() }
  }
}
