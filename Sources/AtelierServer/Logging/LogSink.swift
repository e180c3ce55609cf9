import Dispatch
public import Foundation
import Records
import Synchronization

/// Where log lines go: standard error, and a file that is rotated when it grows.
///
/// Lines are handed to a thread of the sink's own, so that a slow terminal or disk never holds up a
/// request. When it falls too far behind, lines are dropped, and the next line says how many.
public final class LogSink: Sendable {
  private static let waitingLimit = 8 << 20

  private struct State {
    var waiting: [UInt8] = []
    var dropped = 0
    var isWriting = false
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "log")
  private let output: LogOutput

  /// Opens the sink.
  ///
  /// - Parameters:
  ///   - file: The log file; `nil` logs to standard error only.
  ///   - size: The size in bytes at which the file is rotated.
  ///   - count: The files that are kept, with the current one.
  ///   - echoes: Whether lines go to standard error too.
  public init(file: URL?, size: Int = 10 << 20, count: Int = 3, echoes: Bool = true) {
    output = LogOutput(file: file, size: size, count: count, echoes: echoes)
  }

  /// Hands over a line, which ends with a line feed.
  public func write(_ line: [UInt8]) {
    let mustStart = state.withLock { state in
      guard state.waiting.count + line.count <= Self.waitingLimit else {
        state.dropped += 1
        return false
      }
      state.waiting += line
      defer { state.isWriting = true }
      return !state.isWriting
    }
    if mustStart { queue.async { [self] in writeWaiting() } }
  }

  /// Waits until everything handed over so far is written.
  public func flush() async {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume() }
    }
  }

  private func writeWaiting() {
    while let bytes = take() { output.write(bytes) }
  }

  private func take() -> [UInt8]? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.isWriting = false
        return nil
      }
      if state.dropped > 0 {
        let notice: OrderedJSON = [
          "time": .string(Timestamp.now()), "level": "warning",
          "message": "log lines were dropped, because they could not be written fast enough",
          "dropped": .integer(state.dropped),
        ]
        state.waiting += notice.utf8 + [UInt8(ascii: "\n")]
        state.dropped = 0
      }
      defer { state.waiting.removeAll(keepingCapacity: state.waiting.count < 1 << 20) }
      return state.waiting
    }
  }
}
