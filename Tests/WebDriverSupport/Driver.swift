import Foundation
import Glibc

/// A `chromedriver` on a free port of this machine.
final class Driver: Sendable {
  /// Where it listens.
  let address: URL
  private let process: pid_t

  /// Starts it, and waits until it says that it listens.
  init() async throws {
    (address, process) = try await withCheckedThrowingContinuation { continuation in
      // Reading its first lines blocks, so it happens on a thread of its own.
      Thread.detachNewThread { continuation.resume(with: Result { try Self.start() }) }
    }
  }

  /// Ends it. The browser has ended before, with its session.
  func stop() { kill(process, SIGKILL) }

  private static func start() throws -> (URL, pid_t) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/chromedriver")
    process.arguments = ["--port=0", "--log-level=SEVERE"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    var text = ""
    while case let chunk = output.fileHandleForReading.availableData, !chunk.isEmpty {
      text += String(decoding: chunk, as: UTF8.self)
      if let match = text.firstMatch(of: #/successfully on port (\d+)/#),
        let url = URL(string: "http://127.0.0.1:\(match.output.1)")
      {
        return (url, process.processIdentifier)
      }
    }
    throw Browser.Failure(code: "no driver", description: "chromedriver ended: \(text)")
  }
}
