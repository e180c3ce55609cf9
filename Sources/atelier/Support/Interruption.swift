import ArgumentParser
import Dispatch
import Foundation

/// Ctrl-C and SIGTERM, as the cancellation of a task.
enum Interruption {
  /// Waits for a task, which the signals cancel.
  ///
  /// - Parameters:
  ///   - note: Said when a signal arrives.
  ///   - advice: Said when the task ended early because of it.
  /// - Throws: What the task throws; `ExitCode.failure` when it was cancelled.
  static func cancelling<Success>(
    _ task: Task<Success, any Error>, note: String, advice: () -> String
  ) async throws -> Success {
    let sources = [SIGINT, SIGTERM].map { number in
      // The default action would end the program before the source hears of the signal.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        Output.note("\n\(note)")
        task.cancel()
      }
      source.resume()
      return source
    }
    defer { sources.forEach { $0.cancel() } }
    do {
      return try await task.value
    } catch is CancellationError {
      Output.note(advice())
      throw ExitCode.failure
    }
  }
}
