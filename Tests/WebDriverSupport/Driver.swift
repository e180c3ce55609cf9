import Foundation
import Glibc
import HTTPTypes
import HummingbirdTesting
import NIOCore

/// A `chromedriver` on a free port of this machine.
final class Driver: Sendable {
  private let port: Int
  private let process: pid_t

  /// Starts it, and waits until it says that it listens.
  init() async throws {
    (port, process) = try await withCheckedThrowingContinuation { continuation in
      // Reading its first lines blocks, so it happens on a thread of its own.
      Thread.detachNewThread { continuation.resume(with: Result { try Self.start() }) }
    }
  }

  /// Ends it and its browsers.
  func stop() async {
    _ = try? await send(.get, "/shutdown")
    kill(process, SIGKILL)
  }

  /// Sends a command, and returns the value of the answer.
  func send(
    _ method: HTTPRequest.Method, _ path: String, _ body: [String: Any]? = nil
  ) async throws -> Any {
    let content = try body.map {
      ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: $0))
    }
    let port = port
    let response = try await TestClient.withClient(
      host: "127.0.0.1", port: port, configuration: .init(timeout: .seconds(90))
    ) { client in
      try await client.execute(
        .init(
          path, method: method, authority: "127.0.0.1:\(port)",
          headers: [.contentType: "application/json"], body: content))
    }
    let data = Data((response.body ?? ByteBuffer()).readableBytesView)
    let value = (try JSONSerialization.jsonObject(with: data) as? [String: Any])?["value"]
    guard response.status == .ok else {
      let error = value as? [String: Any]
      throw Browser.Failure(
        code: error?["error"] as? String ?? "unknown error",
        description: error?["message"] as? String ?? "\(response.status)")
    }
    return value ?? NSNull()
  }

  private static func start() throws -> (Int, pid_t) {
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
        let port = Int(match.output.1)
      {
        return (port, process.processIdentifier)
      }
    }
    throw Browser.Failure(code: "no driver", description: "chromedriver ended: \(text)")
  }
}
