import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// What takes the place of a collector: an HTTP server that keeps what it is sent.
final class CollectorStandIn: Sendable {
  struct Export: Sendable {
    let path: String
    let contentType: String
    let key: String
    let body: [UInt8]
  }

  private let answers: Mutex<[HTTPResponse.Status]>
  private let (received, continuation) = AsyncStream.makeStream(of: Export.self)

  /// - Parameter answers: What it answers first; 200 after that.
  init(answers: [HTTPResponse.Status] = []) {
    self.answers = Mutex(answers)
  }

  /// Runs it on a free port.
  ///
  /// - Parameter body: Given its port, and what comes, as it comes.
  func run(_ body: @escaping @Sendable (Int, AsyncStream<Export>) async throws -> Void) async throws
  {
    let router = Router()
    router.post("**") { [self] request, _ -> HTTPResponse.Status in
      let buffer = try await request.body.collect(upTo: 1 << 20)
      continuation.yield(
        Export(
          path: request.uri.path, contentType: request.headers[.contentType] ?? "",
          key: request.headers[.authorization] ?? "", body: Array(buffer.readableBytesView)))
      return answers.withLock { $0.isEmpty ? .ok : $0.removeFirst() }
    }
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { port.yield($0.localAddress?.port ?? 0) },
      logger: Logger(label: "collector") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await application.run() }
      for await port in ports {
        try await body(port, received)
        break
      }
      group.cancelAll()
    }
  }
}
