import Dispatch
import Files
public import Foundation
import Records
import Synchronization

/// Where log lines go: standard error, and a file that is rotated when it grows.
///
/// Lines are handed to a thread of the sink's own, so that a slow terminal or disk never holds up a
/// request. It comes for them a few milliseconds after the first, so that it is woken once for the lines
/// of many requests. When it falls too far behind, lines are dropped, and the next line says how many.
public final class LogSink: Sendable {
  private static let waitingLimit = 8 << 20
  private static let pause = DispatchTimeInterval.milliseconds(5)

  private struct State {
    var waiting = JSONWriter()
    var dropped = 0
    /// Whether the thread will come for what waits.
    var isPlanned = false
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
    write(urgently: false) { $0.append(lines: line) }
  }

  /// Hands over lines.
  ///
  /// - Parameters:
  ///   - isUrgent: Whether they are to be written at once.
  ///   - lines: Writes the lines to those that wait, which nobody else can do meanwhile.
  func write(urgently isUrgent: Bool, _ lines: (inout JSONWriter) -> Void) {
    let mustPlan = state.withLock { state in
      guard state.waiting.bytes.count < Self.waitingLimit else {
        state.dropped += 1
        return false
      }
      lines(&state.waiting)
      defer { state.isPlanned = true }
      return isUrgent || !state.isPlanned
    }
    guard mustPlan else { return }
    queue.asyncAfter(deadline: isUrgent ? .now() : .now() + Self.pause) { [self] in
      writeWaiting()
    }
  }

  /// Waits until everything handed over so far is written.
  public func flush() async {
    await withCheckedContinuation { continuation in
      queue.async { [self] in
        writeWaiting()
        continuation.resume()
      }
    }
  }

  private func writeWaiting() {
    let lines: [UInt8] = state.withLock { state in
      state.isPlanned = false
      if state.dropped > 0 {
        let notice: OrderedJSON = [
          "time": .string(Timestamp.now()), "level": "warning",
          "message": "log lines were dropped, because they could not be written fast enough",
          "dropped": .integer(state.dropped),
        ]
        state.waiting.value(notice)
        state.waiting.endLine()
        state.dropped = 0
      }
      defer { state.waiting.removeAll(keepingUpTo: 1 << 20) }
      return state.waiting.bytes
    }
    if !lines.isEmpty { output.write(lines) }
  }
}
