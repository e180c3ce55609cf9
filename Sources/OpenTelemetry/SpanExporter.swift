import AsyncHTTPClient
import Foundation
public import Logging
import NIOCore
import NIOHTTP1
import SwiftProtobuf
import Synchronization

/// Sends spans to a collector, some at a time and beside the work that they are of.
///
/// Spans wait in a queue of bounded length. When the collector is slower than they come, or away,
/// spans are dropped, and nothing else happens.
///
/// Source: OpenTelemetry protocol 1.x over HTTP, in Protocol Buffers.
public final class SpanExporter: Sendable {
  private struct State {
    var queue: [FinishedSpan] = []
    var dropped = 0
    var isFailing = false
    var isStopping = false
  }

  /// What came of a batch.
  private struct Outcome {
    var dropped = 0
    /// Why spans were dropped.
    var problem: String?
  }

  /// Where spans are sent, and how.
  public let configuration: TracingConfiguration
  private let logger: Logger
  private let state = Mutex(State())
  private let (wakeUps, doorbell) = AsyncStream.makeStream(
    of: Void.self, bufferingPolicy: .bufferingNewest(1))
  /// How often a batch is sent at most.
  private static let attempts = 3
  /// Bytes of an answer that are read at most.
  private static let answerLimit = 64 << 10

  /// Creates an exporter; it sends nothing before ``run()``.
  ///
  /// - Parameter logger: Told once when the collector goes away, and when it is back.
  public init(_ configuration: TracingConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
  }

  /// Spans that were dropped so far.
  public var droppedCount: Int { state.withLock(\.dropped) }

  /// Takes a span that has ended; drops it when too many wait.
  func add(_ span: FinishedSpan) {
    let isBatchFull = state.withLock { state in
      guard state.queue.count < configuration.queueLimit else {
        state.dropped += 1
        return false
      }
      state.queue.append(span)
      return state.queue.count == configuration.batchLimit
    }
    if isBatchFull { wake() }
  }

  /// Has what waits sent now.
  func wake() { doorbell.yield() }

  /// Sends spans until the task is cancelled, and then what still waits, once.
  public func run() async {
    await withTaskCancellationHandler {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { [configuration, doorbell] in
          while !Task.isCancelled {
            try? await Task.sleep(for: configuration.delay)
            doorbell.yield()
          }
        }
        for await _ in wakeUps { await exportAll() }
        group.cancelAll()
      }
      await exportAll()
    } onCancel: {
      state.withLock { $0.isStopping = true }
    }
  }

  /// Sends what waits, in a task of its own: the end of the service shall not cut a request off.
  private func exportAll() async {
    await Task {
      while true {
        let batch = state.withLock { state in
          let batch = Array(state.queue.prefix(configuration.batchLimit))
          state.queue.removeFirst(batch.count)
          return batch
        }
        guard !batch.isEmpty else { return }
        let outcome = await send(batch)
        note(outcome)
        // What is left is tried with the next wake-up, or dropped as others come.
        if outcome.dropped == batch.count { return }
      }
    }.value
  }

  private func send(_ batch: [FinishedSpan]) async -> Outcome {
    let message = Otlp_ExportTraceServiceRequest(batch, resource: configuration.resource)
    guard let body: [UInt8] = try? message.serializedBytes() else {
      return Outcome(dropped: batch.count, problem: "they cannot be written down")
    }
    var problem: String?
    for attempt in 1...Self.attempts {
      let isWorthAnother: Bool
      do {
        let response = try await HTTPClient.shared.execute(
          request(body), timeout: TimeAmount(configuration.timeout))
        let answer = try await response.body.collect(upTo: Self.answerLimit)
        guard response.status.code >= 300 else { return Self.outcome(answer) }
        problem = "it answered \(response.status.code)"
        isWorthAnother = [429, 502, 503, 504].contains(response.status.code)
      } catch {
        problem = "\(error)"
        isWorthAnother = true
      }
      guard isWorthAnother, attempt < Self.attempts, !state.withLock(\.isStopping) else { break }
      try? await Task.sleep(for: .milliseconds(250 << attempt))
    }
    return Outcome(dropped: batch.count, problem: problem)
  }

  /// What a collector says that took spans, or some of them.
  private static func outcome(_ answer: ByteBuffer) -> Outcome {
    let response = try? Otlp_ExportTraceServiceResponse(
      serializedBytes: Array(answer.readableBytesView))
    guard let refused = response?.partialSuccess, refused.rejectedSpans > 0 else {
      return Outcome()
    }
    return Outcome(
      dropped: Int(refused.rejectedSpans), problem: "it refused some: \(refused.errorMessage)")
  }

  private func request(_ body: [UInt8]) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: configuration.endpoint.absoluteString)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/x-protobuf")
    for (name, value) in configuration.headers { request.headers.add(name: name, value: value) }
    request.body = .bytes(ByteBuffer(bytes: body))
    return request
  }

  private func note(_ outcome: Outcome) {
    let hasChanged = state.withLock { state in
      state.dropped += outcome.dropped
      defer { state.isFailing = outcome.problem != nil }
      return state.isFailing != (outcome.problem != nil)
    }
    guard hasChanged else { return }
    if let problem = outcome.problem {
      logger.warning(
        "spans cannot be exported and are dropped",
        metadata: [
          "collector": .string(configuration.endpoint.absoluteString), "reason": .string(problem),
        ])
    } else {
      logger.notice("spans are exported again")
    }
  }
}
